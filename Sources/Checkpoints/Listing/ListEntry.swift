// One checkpoint in a list: a few facts from its manifest and its notes. They are kept in a cache, of which nothing is ever
// restored; as there can be ten thousand, each has only what lists show.

import FileSystem
import Git

package struct ListEntry: Sendable, Equatable {
  package struct Phased: Sendable, Equatable {
    package var id: String
    package var phase: Phase
  }

  /// What became known after it was taken.
  package struct Standing: Sendable, Equatable {
    package var isSpent = false
    package var isDamaged = false
    package var isVerified = false
    package var isWarm = false
    package var isCritical = false
    package var isArchived = false
    /// Whether its warm clone could not be made.
    package var hasWarmFailure = false
    /// nil if the user has not marked it.
    package var isMarkedStable: Bool?
    /// A reservation about how it restores, in one line.
    package var reservation: String?
    /// The last time that its databases were restored and compared.
    package var proof: Trial?
    /// The last rehearsal, if it left nothing out.
    package var rehearsal: Trial?
  }

  /// A restore that was tried.
  package struct Trial: Sendable, Equatable {
    package var at: Timestamp
    package var isGood: Bool
    /// What restoring took.
    package var milliseconds: Int

    init(at: Timestamp, isGood: Bool, milliseconds: Int) {
      (self.at, self.isGood, self.milliseconds) = (at, isGood, milliseconds)
    }

    fileprivate init(at: Timestamp, isGood: Bool, seconds: Double) {
      // Notes are a file that others may have written.
      self.init(at: at, isGood: isGood, milliseconds: Int(min(max(0, seconds), 1e9) * 1000))
    }
  }

  package var id: CheckpointID
  package var kind: Kind
  package var stage: Phased?
  package var createdAt: Timestamp
  package var head: ObjectID?
  package var dirtyCount: Int
  /// Whether the tracked files were recorded and were those of the commit.
  package var isCommitItself: Bool
  /// The databases' size on their servers; nil without a database.
  package var databaseByteCount: Int?
  package var bytesStored: Int
  package var tests: TestRun.Outcome?
  /// nil if the notes cannot be read.
  package var standing: Standing?

  package init(_ manifest: Manifest, _ notes: Notes?) {
    let databases = manifest.data
    (id, kind, createdAt) = (manifest.id, manifest.kind, manifest.createdAt)
    stage = manifest.stage.map { Phased(id: $0.id, phase: $0.phase) }
    (head, dirtyCount) = (manifest.git.head, manifest.git.dirtyCount)
    isCommitItself = manifest.git.isCommitItself
    databaseByteCount = databases.isEmpty ? nil : databases.reduce(0) { $0 + $1.liveByteCount }
    bytesStored = manifest.sizes.bytesStored
    tests = manifest.tests?.outcome
    standing = notes.map { Standing($0) }
    standing?.reservation = Reservations(manifest, notes).headline
  }

  init(
    id: CheckpointID, kind: Kind, stage: Phased?, createdAt: Timestamp, head: ObjectID?, dirtyCount: Int,
    isCommitItself: Bool, databaseByteCount: Int?, bytesStored: Int, tests: TestRun.Outcome?,
    standing: Standing
  ) {
    (self.id, self.kind, self.stage, self.createdAt) = (id, kind, stage, createdAt)
    (self.head, self.dirtyCount, self.isCommitItself) = (head, dirtyCount, isCommitItself)
    (self.databaseByteCount, self.bytesStored) = (databaseByteCount, bytesStored)
    (self.tests, self.standing) = (tests, standing)
  }
}

extension ListEntry.Standing {
  package init(_ notes: Notes) {
    isSpent = notes.isSpent == true
    isDamaged = notes.damage != nil
    isVerified = notes.verifiedAt != nil
    isWarm = notes.warm?.contains { $0.seal != nil } == true
    isCritical = notes.isCritical == true
    isArchived = notes.archive != nil
    hasWarmFailure = notes.warmFailure != nil
    isMarkedStable = notes.isMarkedStable
    proof = notes.proof.map { .init(at: $0.at, isGood: $0.isGood, seconds: $0.seconds) }
    rehearsal = notes.rehearsal.flatMap { note in
      note.result == .incomplete
        ? nil : .init(at: note.at, isGood: note.result == .passed, seconds: note.restoreSeconds)
    }
  }

  /// nil if that was never tried.
  package var restores: Bool? { proof?.isGood }

  /// The state in a few words.
  package func state(isStable: Bool) -> String {
    if isSpent { return "spent" }
    if isDamaged { return "damaged" }
    if restores == false { return isWarm ? "does not restore, warm" : "does not restore" }
    var words = isCritical ? ["critical"] : isStable ? ["stable"] : []
    words.append(restores == true ? "proven" : isVerified ? "verified" : "recorded")
    if isWarm { words.append("warm") }
    if isArchived { words.append("archived") }
    return words.joined(separator: ", ")
  }
}
