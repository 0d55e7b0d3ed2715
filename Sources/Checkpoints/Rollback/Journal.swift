// The operation in flight, as it must be known to finish or to revert it after a crash: one file,
// replaced atomically before and after each step. No file, no operation.

import ChunkStore
import FileSystem
import FoundationEssentials
import Git
import Glibc

package struct Journal: Codable, Sendable {
  package struct SourceProgress: Codable, Sendable {
    /// nil until it is staged.
    package var state: RestoreState?
    package var isActivated = false
  }

  package var version = 1
  /// A rollback, an undo, or a restore.
  package var operation: OperationKind
  package var startedAt: Timestamp
  package var target: CheckpointID
  /// The working tree that is changed (`RepositoryLocation.worktreeName`); linked ones share the store.
  package var worktree: BytePath
  package var scope: OperationScope
  package var keepUntracked: Bool
  /// Part of the names of temporary things.
  package var token: String
  package var leavesDatabasesOut = false
  /// nil for no.
  package var allowsPartial: Bool?
  /// Kept files that stay as they are, because they would lead to another database.
  package var leftAddresses: Set<BytePath>?
  package var rescue: CheckpointID?
  /// Files that were changed later than this are in no rescue.
  package var rescueBegan: Timestamp?
  package var sources: [String: SourceProgress] = [:]
  package var head: [HeadDestination] = []
  package var headBefore: [HeadDestination] = []
  package var isGitTouched = false
  package var isGitRestored = false
  /// nil where no service command is to run.
  package var services: ServiceProgress?

  var sourceRequest: SourceRequest {
    var request = scope.sourceRequest
    request.allowsPartial = request.allowsPartial ?? allowsPartial
    return request
  }

  /// For reflogs.
  var reason: String { "\(operation) to \(target)" }

  /// In words: what was interrupted.
  package var summary: String {
    "a \(operation) to \(target), begun at \(startedAt.shown), was interrupted"
  }
}

extension Journal: StoredDocument {
  package func check() throws {
    guard OperationToken.isOne(token) else { throw ForeignValue("it has a token of another form") }
    for step in head + headBefore { try step.check() }
    switch scope {
    case .everything, .databases: break
    case .files(let paths), .exactly(let paths): try ForeignValue.refuse(escaping: paths, "a file")
    case .directories(let paths):
      try ForeignValue.refuse(escaping: paths.filter { !$0.isEmpty }, "a directory")
    }
  }
}

/// There is a journal, and it cannot be gone by: neither can the operation go on, nor be taken back.
package struct UnreadableJournal: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  package var description: String { "the journal of an interrupted operation cannot be read: \(reason)" }
}

package struct PendingOperation: Error, Sendable, CustomStringConvertible {
  package var journal: Journal
  package var description: String { journal.summary }
}

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

  /// The store's lock is held, so what half-written journals killed processes left goes as well.
  package func remove() throws {
    for name in try FileTree.list(store.journal) where name.bytes.suffix(4).elementsEqual(".tmp".utf8) {
      try FileTree.remove(store.journal.appending(name))
    }
    try FileTree.remove(path)
    // What sources had written down beside it. Not earlier: without it an abort would not know what to take back.
    for name in try FileTree.list(store.journal) { try FileTree.remove(store.journal.appending(name)) }
  }

  /// Every command that changes something asks this first.
  package func requireNone() throws {
    if let journal = try read() { throw PendingOperation(journal: journal) }
  }
}
