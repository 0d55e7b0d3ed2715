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
