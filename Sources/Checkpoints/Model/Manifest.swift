// The document that describes one checkpoint. A checkpoint exists if and only if its manifest does.
// It never changes; what becomes known later is in `Notes`. docs/format.md describes the fields.

import ChunkStore
import Codecs
import FileSystem
import FoundationEssentials
import Git

package enum Kind: String, Codable, Sendable, CaseIterable {
  case stage, full, incremental, database, custom
  /// Taken by rollback of what it is about to replace.
  case rescue
  /// A release tag's commit, recorded by rollback because no checkpoint was taken there: git alone.
  case release

  /// Kinds that people chose a name for also get a public tag.
  package var hasTag: Bool { self != .incremental && !isInternal }

  /// Rollback takes these for its own ends: they are no `latest`, and are listed on demand.
  package var isInternal: Bool { self == .rescue || self == .release }
}

package struct Manifest: Codable, Sendable {
  package static let currentFormat = 1

  package struct GitRecord: Codable, Sendable {
    /// nil before the first commit.
    package var head: ObjectID?
    package var headSubject: String?
    /// nil when HEAD was detached.
    package var branch: String?
    /// nil for checkpoints of the database alone.
    package var stateTree: ObjectID?
    package var headTag: String?
    package var staged = 0
    package var unstaged = 0
    package var untracked = 0
    package var conflicts = 0
    package var operation: String?
    /// Untracked files that were too large to be recorded unasked.
    package var leftOut: [LargeUntracked]?
    /// Untracked files were not looked for, because git was set to hide them.
    package var hidesUntracked: Bool?
    /// Submodules whose working copies were recorded; nil where nobody asked for it.
    package var submodules: [SubmoduleRecord]?
    package var changedFiles: ChangedFiles?

    package var dirtyCount: Int { staged + unstaged + untracked + conflicts }

    package init(head: ObjectID?, branch: String?) { (self.head, self.branch) = (head, branch) }
  }

  /// Against the previous checkpoint, or against HEAD for the first one.
  package struct ChangedFiles: Codable, Sendable {
    package var count: Int
    package var linesAdded: Int
    package var linesRemoved: Int
    /// Files whose lines were not counted; nil where nobody noted it.
    package var withoutLines: Int?
    /// The chunk with the list itself: a JSON array of `ChangedFile`.
    package var list: ChunkID?
  }

  package struct Sizes: Codable, Sendable {
    /// Uncompressed bytes that went through the store.
    package var bytesRead = 0
    /// Bytes that this checkpoint added to the store.
    package var bytesStored = 0
  }

  package struct Previous: Codable, Sendable {
    package var id: CheckpointID
    package var sha256: String
  }

  package var format = currentFormat
  package var id: CheckpointID
  package var name: String
  package var kind: Kind
  package var createdAt: Timestamp
  package var toolVersion: String
  package var message: String?
  package var stage: Stage?
  package var git: GitRecord
  package var sources: [SourceRecord]
  package var excluded: [String]
  package var sizes: Sizes
  /// Seconds by part: `git`, the names of sources, `total`.
  package var durations: [String: Double]
  /// Of several databases: seconds between the first and the last snapshot.
  package var snapshotSpread: Double?
  package var previous: Previous?
  /// For a rescue: the checkpoint whose restoring made it necessary.
  package var rescueBefore: CheckpointID?
  /// For a rescue: the working tree that it was taken of (`RepositoryLocation.worktreeName`).
  package var worktree: BytePath?
  /// nil where no command is configured that tells it.
  package var processState: ProcessState?
  /// For a stage's `complete`; nil where no test command is configured.
  package var tests: TestRun?
  /// nil for a checkpoint of no stage, and for a stage without a progress.md.
  package var progress: StageProgress?
  /// Databases that earlier checkpoints hold and that were not found; nil if there are none.
  package var missing: [MissingDatabase]?
  /// Its files came out of an archive, from another clone.
  package var isImported: Bool?
  /// The file that it came out of, if the user did not vouch for who wrote that (`UnvouchedFile`).
  package var untrustedFile: BytePath?
  /// The clone that took it (`CloneMark`).
  package var clone: String?

  package func source(ofType type: String) -> SourceRecord? { sources.first { $0.type == type } }
}

extension Manifest: StoredDocument {
  package func check() throws {
    let submodules = git.submodules ?? []
    try ForeignValue.refuse(escaping: submodules.map(\.path), "a submodule")
    let branches = [git.branch] + submodules.map(\.branch)
    if let branch = branches.compactMap({ $0 }).first(where: { !HeadDestination.isBranch($0) }) {
      throw ForeignValue("it names \(BytePath(branch)) as a branch")
    }
  }
}

package struct ChangedFile: Codable, Sendable {
  package enum Change: String, Codable, Sendable { case added, changed, deleted }

  package var path: BytePath
  package var change: Change
  /// nil for binary and very large files.
  package var linesAdded: Int?
  package var linesRemoved: Int?
}

/// What one data source has in a checkpoint.
package struct SourceRecord: Codable, Sendable {
  package var name: String
  package var type: String
  /// The chunk with the source's own document, which lists its streams (`SourceDocument`).
  package var document: ChunkID?
  /// “shop on localhost:5432”, never with a password.
  package var label: String
  /// What there was: `tables`, `rows`, `files` …
  package var counts: [String: Int]
  /// Bytes that the source takes where it lives, such as a database's size on its server.
  package var liveByteCount: Int
  package var streamByteCount: Int
  /// A rescue's database that was moved aside instead of copied.
  package var retained: RetainedDatabase?
  /// What could not be read, and why.
  package var unreadable: [String]?
  /// What the catalogs said, when it was taken, of how it will come back.
  package var risks: [String]?

  /// Everything but the files that are kept beside git.
  package var isDatabase: Bool { type != "files" }

  package init(
    name: String, type: String, document: ChunkID?, label: String, counts: [String: Int], liveByteCount: Int,
    streamByteCount: Int, retained: RetainedDatabase? = nil
  ) {
    (self.name, self.type, self.document, self.label) = (name, type, document, label)
    (self.counts, self.liveByteCount, self.streamByteCount) = (counts, liveByteCount, streamByteCount)
    self.retained = retained
  }
}

package struct RetainedDatabase: Codable, Sendable, Hashable {
  package var database: String
  /// The server's own number for it, which survives renaming.
  package var oid: String
  /// The name that it had while it was live; it goes back there and nowhere else.
  package var live: String?
  /// The store whose rescue it is. A copy of a project has a copy of its rescues, and none of its databases.
  package var store: BytePath?

  package init(database: String, oid: String, live: String, store: BytePath) {
    (self.database, self.oid, self.live, self.store) = (database, oid, live, store)
  }
}

/// One stream of a source: a table's rows, an archive, a file.
package struct StreamRecord: Codable, Sendable {
  package var name: BytePath
  /// Its part of the source's list of chunks.
  package var lines: ListLines
  package var byteCount: Int
  package var fingerprint: RowFingerprint?

  package init(name: BytePath, lines: ListLines, byteCount: Int, fingerprint: RowFingerprint? = nil) {
    (self.name, self.lines, self.byteCount, self.fingerprint) = (name, lines, byteCount, fingerprint)
  }
}

/// What every source's document has in common, so that verification needs no source.
package struct SourceDocument: Codable, Sendable {
  /// The chunk with the lists of all streams; nil where there are none.
  package var list: ChunkID?
  package var streams: [StreamRecord]
}

extension SourceDocument: StoredDocument {
  package func check() throws { try streams.checkCounts() }
}

extension [StreamRecord] {
  /// Requires that rows can be added up.
  package func checkCounts() throws {
    var sum = 0
    for stream in self {
      sum += stream.fingerprint?.rowCount ?? 0
      if sum > 1 << 52 { throw ForeignValue("its counts of rows are too large") }
    }
  }
}

/// The chunks of a source's streams, read at once.
package struct StreamLists: Sendable {
  private let id: ChunkID?
  private let all: ChunkList

  /// - Parameter id: the document's `list`.
  package init(_ id: ChunkID?, _ reader: ChunkReader) throws {
    self.id = id
    all = try id.map { try reader.list($0) } ?? ChunkList()
  }

  package init(_ all: ChunkList) { (id, self.all) = (nil, all) }

  /// Every chunk, with the list itself.
  package var chunks: Set<ChunkID> { Set(all.chunks.map(\.id)).union(id.map { [$0] } ?? []) }

  package func list(of stream: StreamRecord) throws -> ChunkList {
    guard let list = all[stream.lines] else { throw StoreError.listIncomplete("\(stream.name)") }
    return list
  }
}

/// What becomes known of a checkpoint after it was taken.
package struct Notes: Codable, Sendable {
  package var verifiedAt: Timestamp?
  /// What the last verification found; nil when it found nothing wrong.
  package var damage: [String]?
  package var isMarkedStable: Bool?
  /// Stable, and protected from being deleted.
  package var isCritical: Bool?
  /// A rescue that was used up by undo, or whose rollback was given up.
  package var isSpent: Bool?
  /// For a rescue: how HEAD and branches go back to where they were.
  package var headBefore: [HeadDestination]?
  /// What the operation that this is the rescue of was about; nil for everything.
  package var scope: Journal.Scope?
  /// The steps that led away from there.
  package var headAfter: [HeadDestination]?
  /// For a rescue: copies of databases that were kept aside first.
  package var secured: [SourceRecord]?
  /// For a rescue: databases that were dropped once their copy was safe.
  package var released: [RetainedDatabase]?
  /// For a rescue: the seals that the databases had when they were copied, by their numbers.
  package var securedSeals: [String: String]?
  /// The last time that its databases were really restored and compared.
  package var proof: Proof?
  package var warm: [WarmClone]?
  /// Why there is no warm clone where there should be one.
  package var warmFailure: WarmFailure?
  /// The last time that a rollback to it was rehearsed.
  package var rehearsal: RehearsalNote?

  package init() {}
}

extension Notes: StoredDocument {
  package func check() throws { for step in (headBefore ?? []) + (headAfter ?? []) { try step.check() } }
}
