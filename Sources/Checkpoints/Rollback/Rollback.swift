// Going back to a checkpoint, in the order of docs/design/rollback.md: everything that can be checked,
// journal, rescue, contents restored aside, then the short part that touches what is live. Each step can
// be repeated, so that another process can finish or revert it.

import ChunkStore
import FileSystem
import Git

package struct RollbackRequest: Sendable {
  package var operation: OperationKind
  package var target: Manifest
  package var scope: OperationScope
  package var moveBranch: Bool
  package var keepUntracked: Bool
  /// Restore git and files alone, although the checkpoint holds databases.
  package var leavesDatabasesOut = false
  /// What of the databases cannot be made is left out and listed, instead of stopping everything.
  package var allowsPartial = false
  /// Kept files that stay as they are, because they would lead to another database.
  package var leftAddresses: Set<BytePath> = []
  /// The target is the preview of this release, which is not recorded yet.
  package var release: Release?
  /// Of the whole alone: what stops, builds and starts beside it.
  package var services: ServiceProgress?

  package init(
    operation: OperationKind, target: Manifest, scope: OperationScope, moveBranch: Bool = false,
    keepUntracked: Bool = false
  ) {
    (self.operation, self.target, self.scope) = (operation, target, scope)
    (self.moveBranch, self.keepUntracked) = (moveBranch, keepUntracked)
  }
}

package struct RollbackResult: Sendable {
  package var rescue: CheckpointID
  package var isAboutDatabasesAlone: Bool
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

package final class Rollback {
  let project: Project
  let store: Store
  let catalog: Catalog
  let database: ObjectDatabase
  let creator: CheckpointCreator
  private let sources: [any DataSource]
  let clock: any Clock
  let progress: any ProgressReporter
  let watcher: any ServiceWatcher
  var durations: [String: Double] = [:]
  /// What `requireNoObstacles` has found to do, from the state that it was given.
  var planned: (from: ObjectID, files: RestorePlan)?
  var serviceRuns: [ServiceRun] = []

  package init(
    project: Project, store: Store, sources: [any DataSource],
    clock: any Clock,
    progress: any ProgressReporter, watcher: any ServiceWatcher, toolVersion: String
  ) throws {
    (self.project, self.store, self.sources, self.watcher) = (project, store, sources, watcher)
    (self.clock, self.progress) = (clock, progress)
    catalog = Catalog(store)
    database = try ObjectDatabase.open(project.location, files: store.files)
    creator = CheckpointCreator(
      project: project, store: store, sources: sources, clock: clock,
      progress: progress, toolVersion: toolVersion)
  }

  // MARK: Preflight

  /// Checks everything that can be known beforehand. Nothing is changed.
  package func plan(_ request: RollbackRequest) throws -> RollbackPlan {
    try JournalFile(store).requireNone()
    let target = request.target
    let now = clock.now()
    var journal = Journal(
      operation: request.operation, startedAt: now, target: target.id,
      worktree: project.location.worktreeName,
      scope: request.scope,
      // Of what is not in git a release's record knows nothing.
      keepUntracked: request.keepUntracked || target.kind == .release,
      token: OperationToken.make(at: now))
    journal.leavesDatabasesOut = request.leavesDatabasesOut
    journal.allowsPartial = request.allowsPartial ? true : nil
    journal.leftAddresses = request.leftAddresses.isEmpty ? nil : request.leftAddresses
    journal.services = request.scope == .everything ? request.services : nil
    let restorations = try restorations(for: target, journal, isResuming: false)
    let state = try recordedState(target)
    if request.scope == .everything {
      if state != nil { try WorktreeWriter.requireUnlocked(project.location) }
      try requireSubmodules(target)
    }
    if request.scope == .everything, let state {
      (journal.head, journal.headBefore) = try headDestinations(for: state, request)
    }
    if restorations.isEmpty && (state == nil || request.scope.isDatabasesAlone) {
      throw RollbackProblem.nothingToRestore(
        target.id, request.scope.isDatabasesAlone ? "database" : "file")
    }
    return RollbackPlan(
      journal: journal, target: target, state: state, location: project.location, restorations: restorations,
      leftDatabases: leftDatabases(target, journal))
  }

  func recordedState(_ manifest: Manifest) throws -> RecordedState? {
    guard let tree = manifest.git.stateTree else { return nil }
    return try RecordedState(tree: tree, head: manifest.git.head, branch: manifest.git.branch, in: database)
  }

  /// What to restore beside git, by the name of its source.
  func restorations(
    for target: Manifest, _ journal: Journal, isResuming: Bool
  ) throws -> Restorations {
    let (scope, excluded) = (journal.scope, target.excluded.map { GlobPattern($0) })
    let metadata = try recordedState(target)?.metadata
    let ignored = PathSet(metadata?.ignored ?? [])
    let (left, own) = (journal.leftAddresses ?? [], project.location.own)
    let context = RestoreContext(
      store: store, token: journal.token, isResuming: isResuming, progress: progress,
      request: journal.sourceRequest)
    let keptScope = KeptFilesScope(
      removesOthers: scope.removesOthers && !journal.keepUntracked && metadata?.hidesUntracked != true,
      leftAddresses: left.filter { scope.contains($0) },
      isLeftAlone: { path in
        !scope.contains(path) || left.contains(path) || own.contains(path)
          || excluded.contains { $0.matches(path) }
      }, wasIgnored: { ignored.contains($0) })
    let files = KeptFiles(project, keep: .none)
    let request = journal.sourceRequest
    // Where the notes cannot be read, the clones are not used; verify tells.
    let notes = (try? catalog.notes(target.id)) ?? Notes()
    let isProven = try notes.proof?.isGood == true && !project.settings[.paranoid]
    var restorations = Restorations()
    for var record in try catalog.sources(of: target) {
      if record.isKeptFiles {
        if scope.isDatabasesAlone { continue }
        restorations.add(record, try files.restoration(of: record, context, keptScope))
        continue
      }
      if scope.isPartOfFiles { continue }
      // A rescue of a database that was not there has nothing to bring back.
      if journal.leavesDatabasesOut || (record.document == nil && record.retained == nil) { continue }
      if let wanted = request.source, wanted != record.name { continue }
      // Under the name of where it goes, so that undo takes it back there.
      record.name = request.destination ?? record.name
      guard let source = source(for: record) else {
        throw RollbackProblem.sourceNotConfigured(record.name, label: record.label)
      }
      var context = context
      context.clone = notes.warm?.first { $0.source == record.name }
      context.isProven = isProven
      context.begun = journal.sources[record.name]?.state
      restorations.add(record, try source.restoration(of: record, context: context))
    }
    return restorations
  }

  /// Databases of the project that a checkpoint of everything does not hold, by their labels.
  func leftDatabases(_ target: Manifest, _ journal: Journal) -> [String] {
    if journal.scope != .everything || journal.leavesDatabasesOut || target.kind == .release { return [] }
    let recorded = Set(target.data.map(\.name))
    let present = sources.filter(\.isRecorded)
      .map { MissingDatabase(name: $0.name, label: $0.label) }
    let names = Set(present.map(\.name))
    return (present + (target.missing ?? []).filter { !names.contains($0.name) })
      .filter { !recorded.contains($0.name) }.map(\.label)
  }

  private func source(for record: SourceRecord) -> (any DataSource)? {
    sources.first { $0.name == record.name && $0.type == record.type }
  }

  // MARK: Doing it

  /// Carries the plan out. When a step fails, everything is put back as it was before the error comes out.
  package func execute(_ plan: RollbackPlan) throws -> RollbackResult {
    var plan = plan
    try JournalFile(store).write(plan.journal)
    do { return try run(&plan) } catch {
      try goBack(plan, because: error)
      throw error
    }
  }

  private func timed<Result>(_ step: String, _ body: () throws -> Result) rethrows -> Result {
    let start = MonotonicTime.now
    defer { durations[step, default: 0] += MonotonicTime.now - start }
    return try body()
  }

  func run(_ plan: inout RollbackPlan) throws -> RollbackResult {
    let file = JournalFile(store)
    let start = MonotonicTime.now
    if plan.journal.rescue == nil {
      // Where nothing long comes first, what is in the way is found while the rescue is taken.
      if !plan.restorations.allSatisfy(\.restoration.isInstant) { try checkObstacles(plan) }
      Memory.giveBackSmallPieces()
      for (record, restoration) in plan.restorations where plan.journal.sources[record.name]?.state == nil {
        let state = try timed("restore") { try restoration.stage() }
        plan.journal.sources[record.name] = .init(state: state)
        try file.write(plan.journal)
      }
      try stopServices(&plan)
      // As late as possible: what is written until now is in the rescue.
      plan.journal.rescueBegan = clock.now()
      try file.write(plan.journal)
      plan.journal.rescue = try timed("rescue") { try takeRescue(plan) }
      Memory.giveBackSmallPieces()
      try file.write(plan.journal)
    }
    guard let rescueID = plan.journal.rescue else { throw RollbackProblem.nothingPending }
    let rescue = try catalog.manifest(rescueID)
    let restore = try plannedFiles(plan, rescue)
    let submodules = try submoduleSteps(plan, from: rescue, to: plan.target)
    if !plan.journal.isGitTouched { try requireRoom(for: restore, submodules, plan, rescue) }
    // From here on it is quicker to finish than to go back.
    return try Interruption.shielded {
      try activate(&plan, rescue)
      var lost: [LostRights] = []
      if let restore, let state = plan.state, !plan.journal.isGitRestored {
        // Replacing a database in place takes its time.
        if !plan.journal.isGitTouched && plan.restorations.contains(where: { !$0.record.isKeptFiles }) {
          try WorktreeWriter(project.location, database).check(restore, since: plan.journal.rescueBegan)
        }
        plan.journal.isGitTouched = true
        try file.write(plan.journal)
        try timed("git") {
          lost = try restoration.run(
            restore, to: state, from: recordedState(rescue) ?? state, isKnown: planned != nil,
            head: plan.journal.scope == .everything ? plan.journal.head : nil, reason: plan.journal.reason
          ) {
            try plan.restorations.complete(rescue, isReverting: false)
            return try catalog.filesInStore(plan.target)
          }
          lost += try self.restore(submodules, plan.journal)
        }
        plan.journal.isGitRestored = true
        try file.write(plan.journal)
      }
      try plan.restorations.complete(rescue, isReverting: false)
      let failedService = try startServices(&plan)
      try close(plan)
      var notes = try plan.restorations.flatMap {
        try $0.restoration.finish(plan.journal.sources[$0.record.name]?.state ?? [:])
      }
      let unrestored = plan.restorations.flatMap {
        $0.restoration.unrestored(plan.journal.sources[$0.record.name]?.state ?? [:])
      }
      notes += LostRightsText.notes(lost + plan.restorations.lostRights)
      notes += submoduleNotes(restore, plan.target)
      notes += mountNotes(restore, submodules)
      notes += plan.target.git.leftOut?.map { "\($0.path) is not in the checkpoint: it was too large" } ?? []
      notes += rescue.git.leftOut?.map { "\($0.path) stays: it is too large to be kept unasked" } ?? []
      durations["total"] = MonotonicTime.now - start
      return RollbackResult(
        rescue: rescueID, isAboutDatabasesAlone: plan.journal.scope.isDatabasesAlone,
        isPartOfFiles: plan.journal.scope.isPartOfFiles,
        isWhole: plan.isWhole,
        restoredDatabases: plan.restorations.map(\.record).filter { !$0.isKeptFiles }.map(\.name),
        leftDatabases: plan.leftDatabases,
        filesWritten: restore?.writes.count ?? 0,
        filesRemoved: restore?.removals.count ?? 0,
        head: plan.journal.head, branchBefore: plan.journal.headBefore.lazy.compactMap(\.branchOfHead).first,
        durations: durations, leftAlone: restore?.leftAlone ?? [], notes: notes,
        unrestored: unrestored, services: serviceRuns, failedService: failedService)
    }
  }

  private func activate(_ plan: inout RollbackPlan, _ rescue: Manifest) throws {
    for (record, restoration) in plan.restorations
    where plan.journal.sources[record.name]?.isActivated == false {
      try restoration.recheck(plan.journal.sources[record.name]?.state ?? [:])
    }
    for (record, restoration) in plan.restorations
    where plan.journal.sources[record.name]?.isActivated == false {
      try timed("activate") {
        try restoration.activate(
          plan.journal.sources[record.name]?.state ?? [:],
          rescue: rescue.sources.first { $0.name == record.name })
      }
      plan.journal.sources[record.name]?.isActivated = true
      try JournalFile(store).write(plan.journal)
    }
  }

  var restoration: GitRestoration {
    GitRestoration(location: project.location, database: database, files: store.files, progress: progress)
  }

  /// Other commits in submodules that were not recorded.
  private func submoduleNotes(_ restore: RestorePlan?, _ target: Manifest) -> [String] {
    let recorded = Set(target.git.submodules?.map(\.path) ?? [])
    return (restore?.submodules ?? [:]).filter { !recorded.contains($0.key) }.sorted { $0.key < $1.key }.map {
      "the submodule \($0.key) had \($0.value.short) checked out: git -C \($0.key) checkout \($0.value.short)"
    }
  }

  private func mountNotes(_ restore: RestorePlan?, _ submodules: [SubmoduleStep]) -> [String] {
    let paths = submodules.flatMap { step in step.plan.mounted.map(step.submodule.path.appending) }
    return ((restore?.mounted ?? []) + paths).map { "\($0) stays: it is a mount point" }
  }

  private func takeRescue(_ plan: RollbackPlan) throws -> CheckpointID {
    var request = CaptureRequest(
      name: try CheckpointName("before-\(plan.journal.operation)"), kind: .rescue,
      message: "what the \(plan.journal.operation) to \(plan.target.id) replaced")
    request.excluded = plan.target.excluded
    // What is not touched needs no rescue.
    request.leavesWorktreeOut = plan.journal.scope.isDatabasesAlone
    let files = try catalog.filesInStore(plan.target)
    let included = plan.journal.scope.isDatabasesAlone ? nil : plan.state?.worktree
    request.rescue = .init(
      before: plan.target.id, incoming: included, alsoKeep: Array(files),
      records: plan.restorations.compactMap(\.restoration.rescueRecord),
      submodules: plan.journal.scope == .everything ? try incomingSubmodules(plan.target) : [:])
    // Sources that stay as they are need no rescue.
    let concerned = plan.restorations.compactMap { $0.restoration.rescueSource ?? source(for: $0.record) }
    let rescue = try creator.create(
      request, sources: concerned, check: { try requireNoObstacles($0, plan) }
    ).manifest
    try noteHead(plan.journal, for: rescue.id)
    return rescue.id
  }

  /// The operation is complete: nothing is left to continue or to revert.
  private func close(_ plan: RollbackPlan) throws {
    if Self.usesUp(plan.journal, plan.restorations) {
      try catalog.updateNotes(plan.target.id) { $0.isSpent = true }
    }
    try JournalFile(store).remove()
  }

  /// Whether the target has nothing more to give afterwards: undo has gone back to it, or a database that was moved aside has
  /// been moved back. Its copy in the store, if that had to do instead, is still there.
  static func usesUp(_ journal: Journal, _ restorations: Restorations) -> Bool {
    journal.operation == .undo
      || restorations.contains { $0.record.retained != nil && $0.restoration.isInstant }
  }
}
