// `log/operations.jsonl`: one line for each operation that changed something, for people and tools.

import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

package struct OperationEntry: Codable, Sendable {
  package var at: Timestamp
  package var operation: String
  package var checkpoint: String?
  package var seconds: Double
  package var bytesStored: Int?
  /// “done”, “unchanged”, or what went wrong.
  package var result: String

  package var isDone: Bool { ["done", "unchanged"].contains(result) }

  package init(
    at: Timestamp, operation: String, checkpoint: String?, seconds: Double, bytesStored: Int? = nil,
    result: String
  ) {
    (self.at, self.operation, self.checkpoint) = (at, operation, checkpoint)
    (self.seconds, self.bytesStored, self.result) = (seconds, bytesStored, result)
  }
}

package struct OperationsLog: Sendable {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  private var file: BytePath { store.log.appending("operations.jsonl") }

  /// The entries, oldest first, as they are asked for. What was written after the end was reached comes with the next
  /// question.
  package func entries() throws -> OperationEntries { OperationEntries(file) }

  /// Appends one line by a single write, so that two processes do not mix theirs. A log that cannot be
  /// written (a full disk) must not fail the operation that it tells of.
  package func append(_ entry: OperationEntry) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(entry),
      let file = try? store.files.open(
        self.file, flags: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600),
      (try? file.status())?.kind == .regular
    else { return }
    try? store.files.write(Array(line) + [0x0A], to: file)
  }
}

/// Reads the log. Lines that are none, such as one that a full disk cut short, are passed over.
package final class OperationEntries {
  private let path: BytePath
  private var reader: LineReader?
  private var known: FileStatus?

  fileprivate init(_ path: BytePath) { self.path = path }

  /// nil at the end, as it is now. A log that was cut off or replaced is read from its beginning.
  package func next() throws -> OperationEntry? {
    let present = try FileTree.status(path)
    if let known, present.map({ $0.inode != known.inode || $0.byteCount < known.byteCount }) ?? true {
      reader = nil
    }
    known = present
    if reader == nil {
      guard present != nil else { return nil }
      reader = LineReader(try FileTree.openRegular(path, flags: O_NOFOLLOW))
    }
    while let line = try reader?.next() {
      if let entry = try? StoredJSON.decode(OperationEntry.self, from: Array(line)) { return entry }
    }
    return nil
  }
}
