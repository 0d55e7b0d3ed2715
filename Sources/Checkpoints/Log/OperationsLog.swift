// `log/operations.jsonl`: one line for each operation that changed something, for people and tools. A file that has grown large is
// set aside as `operations.1.jsonl`, and so on; the oldest goes.

import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

package struct OperationsLog: Sendable {
  private let store: Store
  private let limit: Int
  private let journal: SystemJournal?

  /// - Parameter limit: bytes after which a file is set aside; 8 MiB are some 40,000 entries.
  package init(_ store: Store, limit: Int = usualLimit) {
    (self.store, self.limit, journal) = (store, limit, nil)
  }

  /// The log as it is written, together with what else gets its entries.
  package init(_ store: Store, of project: Project) {
    (self.store, limit) = (store, Self.usualLimit)
    // The command warns of a value that makes no sense.
    journal = (try? project.settings[.journald]) == true ? SystemJournal(project.location) : nil
  }

  private static let usualLimit = 8 << 20

  /// The number of earlier files.
  private static let kept = 4

  /// - Parameter age: 0 for the file that is written to.
  private func path(_ age: Int) -> BytePath {
    store.log.appending(age == 0 ? "operations.jsonl" : "operations.\(age).jsonl")
  }

  /// Entries are read one by one; those written after the end was reached can be read afterwards.
  package func entries() throws -> OperationEntries { OperationEntries((0...Self.kept).map(path)) }

  /// The last entries, newest first: those of the last quarter megabyte, which is more than a thousand.
  package func newestFirst() throws -> [OperationEntry] {
    let newest = try tail(of: path(0), Self.tail)
    return try newest.entries + tail(of: path(1), Self.tail - newest.byteCount).entries
  }

  private static let tail = 1 << 18

  private func tail(of path: BytePath, _ limit: Int) throws -> (entries: [OperationEntry], byteCount: Int) {
    guard limit > 0, FileTree.exists(path) else { return ([], 0) }
    let file = try FileTree.openRegular(path, flags: O_NOFOLLOW)
    let start = max(0, try file.status().byteCount - limit)
    guard lseek(file.descriptor, start, SEEK_SET) == start else {
      throw SystemError(operation: "read", path: path)
    }
    let lines = LineReader(file)
    // The first one may be half of a line.
    if start > 0 { _ = try lines.next() }
    var (entries, byteCount) = ([OperationEntry](), 0)
    while let line = try lines.next(), byteCount <= 2 * limit {
      byteCount += line.count + 1
      if let entry = try? StoredJSON.decode(OperationEntry.self, from: line) { entries.append(entry) }
    }
    return (entries.reversed(), byteCount)
  }

  /// Appends one line with a single write, so that lines of two processes do not mix. If the log cannot be written (a full
  /// disk), the operation does not fail.
  package func append(_ entry: OperationEntry) {
    // The log itself has the entry, so a journal that is not there, or does not read, is no failure.
    try? journal?.send(entry)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(entry),
      let file = try? store.files.open(
        path(0), flags: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600),
      (try? file.status())?.kind == .regular
    else { return }
    try? store.files.write(Array(line) + [0x0A], to: file)
    if let status = try? file.status(), status.byteCount > limit { try? setAside() }
  }

  /// Another process that has the file open goes on writing to it, which loses nothing.
  private func setAside() throws {
    // If another process has just done it, the file is small again.
    guard let lock = try FileLock.acquire(store.log.appending("rotation.lock"), .exclusive) else { return }
    try withExtendedLifetime(lock) {
      guard let status = try FileTree.status(path(0)), status.byteCount > limit else { return }
      for age in (0..<Self.kept).reversed() where FileTree.exists(path(age)) {
        try store.files.rename(path(age), to: path(age + 1))
      }
    }
  }
}
