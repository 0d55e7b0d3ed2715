// The document that describes one checkpoint. A checkpoint exists if and only if its manifest does.
// It never changes; what becomes known later is in `Notes`. docs/format.md describes the fields.

import ChunkStore
import FileSystem
import Git

package struct Manifest: Codable, Sendable {
  package static let currentFormat = 1

  package struct GitRecord: Codable, Sendable {
    /// nil before the first commit.
    package var head: ObjectID?
    package var headSubject: String?
    /// nil if HEAD was detached.
    package var branch: String?
    /// nil for checkpoints of databases only.
    package var stateTree: ObjectID?
    package var headTag: String?
    package var staged = 0
    package var unstaged = 0
    package var untracked = 0
    package var conflicts = 0
    package var operation: String?
    /// Untracked files that were not recorded because of their size.
    package var leftOut: [LargeUntracked]?
    /// True if untracked files were not recorded, because git was set to hide them.
    package var hidesUntracked: Bool?
    /// Submodules whose working copies were recorded; nil if that was not requested.
    package var submodules: [SubmoduleRecord]?
    package var changedFiles: ChangedFiles?

    package var dirtyCount: Int { staged + unstaged + untracked + conflicts }

    package init(head: ObjectID?, branch: String?) { (self.head, self.branch) = (head, branch) }
  }

  /// What changed since the previous checkpoint, or since HEAD for the first one.
  package struct ChangedFiles: Codable, Sendable {
    package var count: Int
    package var linesAdded: Int
    package var linesRemoved: Int
    /// Files whose lines were not counted; nil in checkpoints taken before this was recorded.
    package var withoutLines: Int?
    /// The chunk with the list itself: a JSON array of `ChangedFile`.
    package var list: ChunkID?
  }

  package struct Sizes: Codable, Sendable {
    /// Uncompressed bytes that were written to the store.
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
  /// Seconds between the first and the last snapshot, if there are several databases.
  package var snapshotSpread: Double?
  package var previous: Previous?
  /// For a rescue: the checkpoint whose restoring made it necessary.
  package var rescueBefore: CheckpointID?
  /// For a rescue: the working tree from which it was taken (`RepositoryLocation.worktreeName`).
  package var worktree: BytePath?
  /// nil if no command for it is configured.
  package var processState: ProcessState?
  /// For a stage's `complete`; nil if no test command is configured.
  package var tests: TestRun?
  /// nil for a checkpoint of no stage, and for a stage without a progress.md.
  package var progress: StageProgress?
  /// Databases that earlier checkpoints hold and that were not found; nil if there are none.
  package var missing: [MissingDatabase]?
  /// True if its files were imported from an archive.
  package var isImported: Bool?
  /// The file from which it was imported, if the user does not vouch for its author (`UnvouchedFile`).
  package var untrustedFile: BytePath?
  /// The clone that took it (`CloneMark`).
  package var clone: String?

  /// The record of the kept files; nil for a checkpoint of data sources only.
  package var keptFiles: SourceRecord? { sources.first(where: \.isKeptFiles) }

  /// The records of the data sources.
  package var data: [SourceRecord] { sources.filter { !$0.isKeptFiles } }
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
