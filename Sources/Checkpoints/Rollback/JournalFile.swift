// The file of the journal, replaced atomically before and after each step. No file, no operation.

import ChunkStore
import FileSystem
import FoundationEssentials
import Glibc

package struct JournalFile: Sendable {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  private var path: BytePath { store.journal.appending("operation.json") }

  package func read() throws -> Journal? {
    guard FileTree.exists(path) else { return nil }
    do {
      return try JSON.decode(Journal.self, from: FileTree.readAll(path, flags: O_NOFOLLOW))
    } catch let error as DecodingError {
      throw UnreadableJournal(path: path, reason: StoredJSON.summary(error))
    }
  }

  package func write(_ journal: Journal) throws {
    try store.files.replaceFile(path, with: JSON.encode(journal))
  }

  /// Half-written journals of killed processes are removed, too: the store's lock is held, so no process is writing one.
  package func remove() throws {
    for name in try FileTree.list(store.journal) where name.bytes.suffix(4).elementsEqual(".tmp".utf8) {
      try FileTree.remove(store.journal.appending(name))
    }
    try FileTree.remove(path)
    // What sources have written there. Not earlier: an abort needs it to know what to take back.
    for name in try FileTree.list(store.journal) { try FileTree.remove(store.journal.appending(name)) }
  }

  /// Every command that changes something asks this first.
  package func requireNone() throws {
    if let journal = try read() { throw PendingOperation(journal: journal) }
  }
}
