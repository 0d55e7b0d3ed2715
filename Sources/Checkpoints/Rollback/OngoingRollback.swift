// An operation under way: what it is about, and everything of it that changes. The steps of a rollback have no other state.

import FileSystem
import Git

final class OngoingRollback {
  let target: Manifest
  /// What git and files become; nil if they stay as they are.
  let state: RecordedState?
  let restorations: Restorations
  /// Databases of the project that the checkpoint does not hold, and that stay as they are.
  let leftDatabases: [String]
  private(set) var journal: Journal
  private let file: JournalFile

  /// What the files need, from the state with this tree. It was found while the rescue was recorded.
  var planned: (from: ObjectID, files: RestorePlan)?
  /// Rights that could not be given back.
  var lostRights: [LostRights] = []
  /// Service commands that ran, except on the way back.
  private(set) var serviceRuns: [ServiceRun] = []
  /// Seconds by step.
  private(set) var durations: [String: Double] = [:]

  init(
    _ journal: Journal, _ target: Manifest, _ state: RecordedState?, _ restorations: Restorations,
    leftDatabases: [String] = [], _ file: JournalFile
  ) {
    (self.journal, self.target, self.state) = (journal, target, state)
    (self.restorations, self.leftDatabases, self.file) = (restorations, leftDatabases, file)
  }

  convenience init(_ plan: RollbackPlan, _ file: JournalFile) {
    self.init(
      plan.journal, plan.target, plan.state, plan.restorations, leftDatabases: plan.leftDatabases, file)
  }

  // MARK: The journal

  /// Writes the journal for the first time: from now on there is something to finish or to take back.
  func begin() throws { try file.write(journal) }

  /// Changes the journal and writes it, so that a process that takes the operation up finds it there.
  func note(_ change: (inout Journal) -> Void) throws {
    change(&journal)
    try file.write(journal)
  }

  /// The operation is complete, or taken back: nothing is left to do.
  func end() throws { try file.remove() }

  /// What a source has to remember of its steps; nil if it is not staged.
  func progress(of record: SourceRecord) -> RestoreState? { journal.sources[record.name]?.state }

  // MARK: What becomes known

  func timed<Result>(_ step: String, _ body: () throws -> Result) rethrows -> Result {
    let start = MonotonicTime.now
    defer { durations[step, default: 0] += MonotonicTime.now - start }
    return try body()
  }

  func add(_ run: ServiceRun) {
    serviceRuns.append(run)
    durations[run.command.step.rawValue] = run.outcome.seconds
  }

  // MARK: What it comes to

  /// Whether everything that the checkpoint holds comes back.
  var isWhole: Bool {
    let restored = Set(restorations.map(\.record.name))
    return journal.scope == .everything
      && target.data.allSatisfy { restored.contains($0.name) || $0.document == nil }
  }

  /// Whether the target has nothing more to give afterwards: undo has gone back to it, or a database that was moved aside has
  /// been moved back. Its copy in the store, if that had to do instead, is still there.
  var usesTargetUp: Bool {
    journal.operation == .undo
      || restorations.contains { $0.record.retained != nil && $0.restoration.isInstant }
  }
}
