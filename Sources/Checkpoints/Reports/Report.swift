// What a report says, as plain facts: renderers make Markdown, HTML or lines of it, and its JSON form has stable keys. It
// holds what was recorded and what was found out since. Ages and sums are left to the renderers, so that the same project gives
// the same report of the same moment. What is free on the disk is only in a report of now.

import FileSystem
import Git

package struct Report: Codable, Sendable {
  package enum Scope: String, Codable, Sendable {
    /// One stage in full.
    case stage
    /// All stages, with a summary.
    case project
  }

  package var version = 1
  package var scope: Scope
  package var project: String
  package var generatedAt: Timestamp
  package var toolVersion: String
  /// Ordered by number.
  package var stages: [StageReport]
  /// The number of checkpoints that belong to no stage, without those that rollbacks took for their own use.
  package var otherCheckpoints: Int
  /// The setting `rto`.
  package var objectiveSeconds: Int?
  /// The whole store, with checkpoints of no stage; nil in a report on one stage.
  package var store: StoreSummary?
  /// What could not be found out, and why.
  package var problems: [String]
}

extension Report {
  /// One checkpoint.
  package struct Checkpoint: Codable, Sendable {
    package var id: CheckpointID
    package var phase: Phase
    package var takenAt: Timestamp
    package var message: String?
    package var commit: ObjectID?
    package var subject: String?
    package var branch: String?
    /// Whether the repository no longer has the commit.
    package var isCommitGone: Bool
    /// The number of paths with uncommitted changes.
    package var dirty: Int
    package var databases: [DatabaseState]
    package var tests: TestRun?
    package var progress: StageProgress?
    package var standing: Standing
    package var storage: Storage
  }

  package struct DatabaseState: Codable, Sendable, Hashable {
    /// The name of the data source.
    package var name: String
    package var label: String
    package var tables: Int
    package var rows: Int
    /// The word for a source that is no database, and what it holds, such as “412 keys”; nil for a database.
    package var noun: String?
    package var contents: String?
    /// Its size on its server.
    package var byteCount: Int
  }

  /// What is known of a checkpoint besides what it holds.
  package struct Standing: Codable, Sendable {
    /// “stable, proven, warm”, as in the list of checkpoints.
    package var state: String
    /// Why it is fit to go back to; nil if it is not.
    package var stable: String?
    package var verifiedAt: Timestamp?
    /// The last time that its databases were restored and compared.
    package var proof: Proof?
    /// The last time that a rollback to it was rehearsed.
    package var rehearsal: RehearsalNote?
    /// Whether it has a warm clone.
    package var isWarm: Bool
    package var problems: [String]
  }

  /// The bytes that were stored, compared with a full copy of everything for each checkpoint.
  package struct Storage: Codable, Sendable, Hashable {
    package var storedBytes = 0
    /// Databases count with their size on the server, and kept files as they are.
    package var fullCopyBytes = 0

    package init(storedBytes: Int = 0, fullCopyBytes: Int = 0) {
      (self.storedBytes, self.fullCopyBytes) = (storedBytes, fullCopyBytes)
    }

    package static func + (left: Storage, right: Storage) -> Storage {
      Storage(
        storedBytes: left.storedBytes + right.storedBytes,
        fullCopyBytes: left.fullCopyBytes + right.fullCopyBytes)
    }
  }

  /// What changed between two checkpoints of a stage; nil what could not be found out.
  package struct Step: Codable, Sendable {
    package var from: CheckpointID
    package var to: CheckpointID
    package var fromPhase: Phase
    package var toPhase: Phase
    package var seconds: Int
    package var history: CommitSpan?
    package var changes: Changes?
    /// Sizes, rows and definitions.
    package var databases: [DatabaseChanges]
  }

  package struct Changes: Codable, Sendable, Hashable {
    package var files = 0
    package var linesAdded = 0
    package var linesRemoved = 0
    /// Files whose lines are not counted: binary or very large ones, links, and those beyond the limit.
    package var filesWithoutLines = 0

    package init() {}

    /// Whether the numbers are possible, and can be added up.
    var isPlausible: Bool {
      [files, linesAdded, linesRemoved, filesWithoutLines].allSatisfy { (0...1 << 48).contains($0) }
    }

    package static func + (left: Changes, right: Changes) -> Changes {
      var sum = left
      sum.files += right.files
      sum.linesAdded += right.linesAdded
      sum.linesRemoved += right.linesRemoved
      sum.filesWithoutLines += right.filesWithoutLines
      return sum
    }
  }
}
