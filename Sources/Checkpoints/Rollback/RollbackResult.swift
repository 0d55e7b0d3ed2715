// What a rollback did.

import FileSystem
import Git

package struct RollbackResult: Sendable {
  package var rescue: CheckpointID
  package var isOfDatabasesOnly: Bool
  package var isPartOfFiles: Bool
  /// Everything that the checkpoint holds came back, and not a part of it.
  package var isWhole: Bool
  /// The databases that came back, and those that the checkpoint does not hold.
  package var restoredDatabases: [String]
  package var leftDatabases: [String]
  package var filesWritten: Int
  package var filesRemoved: Int
  package var head: [HeadDestination]
  /// The branch that HEAD was on.
  package var branchBefore: String?
  /// Seconds by step.
  package var durations: [String: Double]
  /// What could not be kept, and so was not touched.
  package var leftAlone: [BytePath]
  package var notes: [String]
  /// What was left out because it could not be made.
  package var unrestored: [Unrestored]
  package var services: [ServiceRun]
  /// The command that failed although everything is in place.
  package var failedService: ServiceRun?
}

extension RollbackResult {
  /// After the last step: sources finish what can wait until the live contents are back.
  init(
    _ ongoing: OngoingRollback, _ work: FileWork, _ rescue: Manifest, _ failedService: ServiceRun?,
    startedAt start: Double
  ) throws {
    let (journal, restorations) = (ongoing.journal, ongoing.restorations)
    var notes = try restorations.flatMap { try $0.restoration.finish(ongoing.progress(of: $0.record) ?? [:]) }
    let unrestored = restorations.flatMap {
      $0.restoration.unrestored(ongoing.progress(of: $0.record) ?? [:])
    }
    notes += LostRightsText.notes(ongoing.lostRights + restorations.lostRights) + work.notes(ongoing.target)
    notes += ongoing.target.git.leftOut?.map { "\($0.path) is not in the checkpoint: it was too large" } ?? []
    notes += rescue.git.leftOut?.map { "\($0.path) stays: it is too large to be kept unasked" } ?? []
    var durations = ongoing.durations
    durations["total"] = MonotonicTime.now - start
    self.init(
      rescue: rescue.id, isOfDatabasesOnly: journal.scope.isOfDatabasesOnly,
      isPartOfFiles: journal.scope.isPartOfFiles, isWhole: ongoing.isWhole,
      restoredDatabases: restorations.map(\.record).filter { !$0.isKeptFiles }.map(\.name),
      leftDatabases: ongoing.leftDatabases, filesWritten: work.files?.writes.count ?? 0,
      filesRemoved: work.files?.removals.count ?? 0, head: journal.head,
      branchBefore: journal.headBefore.lazy.compactMap(\.branchOfHead).first, durations: durations,
      leftAlone: work.files?.leftAlone ?? [], notes: notes, unrestored: unrestored,
      services: ongoing.serviceRuns, failedService: failedService)
  }
}
