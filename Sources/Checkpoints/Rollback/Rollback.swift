// Going back to a checkpoint, in the order of docs/design/rollback.md: everything that can be checked,
// journal, rescue, contents restored aside, then the short part that touches what is live. Each step can
// be repeated, so that another process can finish or revert it.

import ChunkStore
import FileSystem
import Git

package struct Rollback {
  private let context: RollbackContext

  package init(
    project: Project, store: Store, sources: [any DataSource], clock: any Clock,
    progress: any ProgressReporter, watcher: any ServiceWatcher, toolVersion: String
  ) throws {
    context = RollbackContext(
      project: project, store: store, catalog: Catalog(store),
      objects: try ObjectDatabase.open(project.location, files: store.files), sources: sources,
      creator: CheckpointCreator(
        project: project, store: store, sources: sources, clock: clock, progress: progress,
        toolVersion: toolVersion),
      clock: clock, progress: progress, watcher: watcher)
  }

  // MARK: Operations

  /// Checks everything that can be known beforehand. Nothing is changed.
  package func plan(_ request: RollbackRequest) throws -> RollbackPlan {
    try RollbackPlanner(context).plan(request)
  }

  /// What `record` is going to record, to plan with. Only this value knows it: nothing is written to the repository.
  package func preview(_ release: Release) throws -> Manifest {
    try ReleaseRecorder(context).preview(release)
  }

  /// Records the release's commit as a checkpoint without sources.
  package func record(_ release: Release) throws -> Manifest {
    try ReleaseRecorder(context).record(release)
  }

  /// Carries the plan out. If a step fails, everything is put back as it was before the error comes out.
  package func execute(_ plan: RollbackPlan) throws -> RollbackResult {
    let ongoing = OngoingRollback(plan, context.journalFile)
    try ongoing.begin()
    do { return try run(ongoing) } catch {
      try WayBack(context).go(ongoing, because: error)
      throw error
    }
  }

  /// Finishes what a killed process began.
  package func resume(_ journal: Journal) throws -> RollbackResult {
    let takeover = Takeover(context)
    try takeover.claim(journal)
    if journal.services?.isPutBack == true { throw RollbackProblem.alreadyPutBack(journal.operation) }
    var (journal, present) = try takeover.secure(journal, before: "continue")
    // Files that were changed since are kept now, so they are no obstacle any more.
    journal.rescueBegan = nil
    journal.services?.turnForward()
    // An abort that was killed may have left it marked.
    if let rescue = journal.rescue { try context.catalog.updateNotes(rescue) { $0.isSpent = nil } }
    let ongoing = OngoingRollback(
      try RollbackPlanner(context).plan(resuming: journal), context.journalFile)
    do {
      var result = try run(ongoing)
      result.notes += notes(present)
      return result
    } catch let failure as ServiceFailure {
      try WayBack(context).go(ongoing, because: failure)
      throw failure
    }
  }

  /// Puts everything back as it was before a killed process began.
  /// - Returns: what the user should know.
  package func abandon(_ journal: Journal) throws -> [String] {
    let takeover = Takeover(context)
    try takeover.claim(journal)
    let (journal, present) = try takeover.secure(journal, before: "abort")
    let target = try context.catalog.manifest(journal.target)
    let restorations =
      journal.services?.isPutBack == true
      ? Restorations()
      : try RestorationPlanner(context).restorations(for: target, journal, isResuming: true)
    let ongoing = OngoingRollback(journal, target, nil, restorations, context.journalFile)
    return try Interruption.shielded {
      try notes(present) + WayBack(context).revert(ongoing, present: present)
    }
  }

  private func notes(_ present: Manifest?) -> [String] {
    present.map { ["the working tree as it was just now is kept as \($0.id)"] } ?? []
  }

  // MARK: The steps

  private func run(_ ongoing: OngoingRollback) throws -> RollbackResult {
    let start = MonotonicTime.now
    if ongoing.journal.rescue == nil {
      try stage(ongoing)
      try RollbackServices(context).stop(ongoing)
      try takeRescue(ongoing)
    }
    let (rescue, work) = try lastLook(ongoing)
    // From here on it is quicker to finish than to go back.
    return try Interruption.shielded {
      try activate(ongoing, rescue)
      try restoreGit(ongoing, work, rescue)
      let failedService = try RollbackServices(context).start(ongoing)
      try close(ongoing)
      return try RollbackResult(ongoing, work, rescue, failedService, startedAt: start)
    }
  }

  /// Restores contents next to the live ones, which are not touched: the long part.
  private func stage(_ ongoing: OngoingRollback) throws {
    // If nothing takes long, what is in the way is found while the rescue is taken.
    if !ongoing.restorations.allSatisfy(\.restoration.isInstant) {
      try ObstacleCheck(context).beforeStaging(ongoing)
    }
    Memory.giveBackSmallPieces()
    for (record, restoration) in ongoing.restorations where ongoing.progress(of: record) == nil {
      let state = try ongoing.timed("restore") { try restoration.stage() }
      try ongoing.note { $0.sources[record.name] = .init(state: state) }
    }
  }

  /// As late as possible: what is written until now is in the rescue.
  private func takeRescue(_ ongoing: OngoingRollback) throws {
    let now = context.clock.now()
    try ongoing.note { $0.rescueBegan = now }
    let rescue = try ongoing.timed("rescue") { try RescueTaker(context).take(ongoing) }
    Memory.giveBackSmallPieces()
    try ongoing.note { $0.rescue = rescue }
  }

  /// What there is to do with the files, and whether it can still be done.
  private func lastLook(_ ongoing: OngoingRollback) throws -> (rescue: Manifest, work: FileWork) {
    guard let id = ongoing.journal.rescue else { throw RollbackProblem.nothingPending }
    let rescue = try context.catalog.manifest(id)
    let work = try FileWork(ongoing, from: rescue, context)
    if !ongoing.journal.isGitTouched { try ObstacleCheck(context).beforeTouching(work, ongoing, rescue) }
    return (rescue, work)
  }

  /// What was staged becomes live.
  private func activate(_ ongoing: OngoingRollback, _ rescue: Manifest) throws {
    let waiting = ongoing.restorations.filter { record, _ in
      ongoing.journal.sources[record.name]?.isActivated == false
    }
    for (record, restoration) in waiting { try restoration.recheck(ongoing.progress(of: record) ?? [:]) }
    for (record, restoration) in waiting {
      try ongoing.timed("activate") {
        try restoration.activate(
          ongoing.progress(of: record) ?? [:], rescue: rescue.sources.first { $0.name == record.name })
      }
      try ongoing.note { $0.sources[record.name]?.isActivated = true }
    }
  }

  /// HEAD, files, index, operation in progress, submodules; and the kept files between them.
  private func restoreGit(_ ongoing: OngoingRollback, _ work: FileWork, _ rescue: Manifest) throws {
    if let files = work.files, let state = ongoing.state, !ongoing.journal.isGitRestored {
      // Replacing a database in place takes its time.
      if !ongoing.journal.isGitTouched && ongoing.restorations.contains(where: { !$0.record.isKeptFiles }) {
        try WorktreeWriter(context.location, context.objects).check(
          files, since: ongoing.journal.rescueBegan)
      }
      try ongoing.note { $0.isGitTouched = true }
      let journal = ongoing.journal
      try ongoing.timed("git") {
        ongoing.lostRights = try context.gitRestoration.run(
          files, to: state, from: context.recordedState(rescue) ?? state, isKnown: ongoing.planned != nil,
          head: journal.scope == .everything ? journal.head : nil, reason: journal.reason
        ) {
          try ongoing.restorations.complete(rescue, isReverting: false)
          return try context.catalog.filesInStore(ongoing.target)
        }
        ongoing.lostRights += try SubmoduleRestorer(context).restore(
          work.submodules, reason: journal.reason)
      }
      try ongoing.note { $0.isGitRestored = true }
    }
    try ongoing.restorations.complete(rescue, isReverting: false)
  }

  /// The operation is complete: that is the moment of success.
  private func close(_ ongoing: OngoingRollback) throws {
    if ongoing.usesTargetUp {
      try context.catalog.updateNotes(ongoing.target.id) { $0.isSpent = true }
    }
    try ongoing.end()
  }
}
