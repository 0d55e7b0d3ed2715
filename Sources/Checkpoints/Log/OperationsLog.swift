// `log/operations.jsonl`: one line for each operation that changed something, for people and tools.

import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

package struct OperationsLog: Sendable {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  private var file: BytePath { store.log.appending("operations.jsonl") }

  /// Entries are read one by one; those written after the end was reached can be read afterwards.
  package func entries() throws -> OperationEntries { OperationEntries(file) }

  /// The last entries, newest first: those of the last quarter megabyte, which is more than a thousand.
  package func newestFirst() throws -> [OperationEntry] {
    guard FileTree.exists(file) else { return [] }
    let opened = try FileTree.openRegular(file, flags: O_NOFOLLOW)
    let start = max(0, try opened.status().byteCount - Self.tail)
    guard lseek(opened.descriptor, start, SEEK_SET) == start else {
      throw SystemError(operation: "read", path: file)
    }
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while bytes.count < 2 * Self.tail {
      let count = try buffer.withUnsafeMutableBytes { try opened.read(into: $0) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    // The first line may be half of one.
    let lines = bytes.split(separator: 0x0A).dropFirst(start > 0 ? 1 : 0)
    return lines.reversed().compactMap { try? StoredJSON.decode(OperationEntry.self, from: Array($0)) }
  }

  private static let tail = 1 << 18

  /// Appends one line with a single write, so that lines of two processes do not mix. If the log cannot be written (a full
  /// disk), the operation does not fail.
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
