// Tries a whole rollback next to everything that is live: databases into scratch ones, git and files into a temporary working
// tree, then the project's build and smoke commands there. Everything is compared and measured, and all of it is
// removed at the end, whatever happens. A step that cannot be tried is reported as “not tried”, and never counts as passed.

import ChunkStore
import FileSystem
import Git

package struct RehearsalRequest: Sendable {
  package var target: Manifest
  /// Commands that may run. Only build and smoke do.
  package var commands: [ServiceCommand] = []
  package var leavesServicesOut = false
  package var leavesDatabasesOut = false
  /// Seconds that a restore may take.
  package var objective: Int?
  /// The configured commands that only a rollback runs: stop and start.
  package var othersConfigured: [ServiceStep] = []
  package var host = ""
  package var user = ""
  package var toolVersion = ""

  package init(_ target: Manifest) { self.target = target }
}

package final class Rehearsal {
  let project: Project
  let store: Store
  let catalog: Catalog
  let request: RehearsalRequest
  /// Every database of the project, whether the checkpoint holds it or not.
  let sources: [any DataSource]
  let clock: any Clock
  let progress: any ProgressReporter
  let watcher: any ServiceWatcher
  var report: RehearsalReport
  var state: RecordedState?
  var tree: RehearsalTree?
  /// Databases that are restored and open, with the names of their sources.
  var scratch: [(source: String, database: any ScratchDatabase)] = []
  /// Whether a warm clone can be made of every database.
  var canBeCloned = true
  /// Bytes that each database took on its server when it was recorded, and takes now.
  var growth: [(source: String, recorded: Int, live: Int)] = []

  package init(
    _ request: RehearsalRequest, _ project: Project, _ store: Store, sources: [any DataSource],
    clock: any Clock, progress: any ProgressReporter, watcher: any ServiceWatcher
  ) {
    (self.request, self.project, self.store) = (request, project, store)
    self.sources = sources
    self.clock = clock
    (self.progress, self.watcher) = (progress, watcher)
    catalog = Catalog(store)
    let target = request.target
    report = RehearsalReport(
      startedAt: clock.now(),
      checkpoint: .init(
        id: target.id, kind: target.kind, takenAt: target.createdAt,
        stage: target.stage.map { "\($0.slug), \($0.phase.rawValue)" }, message: target.message,
        commit: target.git.head),
      host: request.host, user: request.user, toolVersion: request.toolVersion)
    report.objectiveSeconds = request.objective
  }

  /// - Throws: if the user asked to stop, or nothing could be begun. Nothing is left then.
  package func run() throws -> RehearsalReport {
    let start = MonotonicTime.now
    let notRemoved = try RehearsalPlace.removeAbandoned(in: store, project.location)
    // A rehearsal that was killed may have left objects of its working tree.
    try ObjectDatabase.open(project.location, files: store.files).removeAbandoned()
    let place = try RehearsalPlace(store, project.location)
    do {
      // Only until the commands run: meanwhile another process may go back.
      let lock = try store.lock(.shared, waiting: 10)
      try restoreDatabases()
      try restoreTree(place)
      try withExtendedLifetime(lock) { try note() }
    } catch {
      _ = cleanUp(place)
      throw error
    }
    do { try tryCommands(in: place) } catch {
      _ = cleanUp(place)
      throw error
    }
    report.limits += notRemoved + cleanUp(place)
    report.totalSeconds = MonotonicTime.now - start
    report.conclude()
    report.advice = try RehearsalAdvice(self).lines()
    try noteResult()
    return report
  }

  func measured(_ step: RehearsalStep.Kind, _ body: () throws -> [String]) throws {
    let start = MonotonicTime.now
    var problems: [String]
    do { problems = try body() } catch {
      try Interruption.check()
      if error is Interrupted { throw error }
      problems = ["\(error)"]
    }
    report.problems += problems.map { RehearsalProblem($0, in: step) }
    report.steps.append(
      RehearsalStep(
        kind: step, outcome: problems.isEmpty ? .passed : .failed, seconds: MonotonicTime.now - start,
        detail: problems.first))
  }

  func notTried(_ step: RehearsalStep.Kind, _ reason: String) {
    report.steps.append(RehearsalStep(kind: step, outcome: .notTried, detail: reason))
    report.notTried.append("\(step): \(reason)")
  }

  // MARK: Databases

  private func restoreDatabases() throws {
    for record in try catalog.sources(of: request.target) where !record.isKeptFiles {
      let step = RehearsalStep.Kind.database(source: record.name)
      if request.leavesDatabasesOut {
        notTried(step, "left out, as asked")
      } else if record.document == nil {
        notTried(step, "its contents are not in the store, but in a database that a rollback moved aside")
      } else if let source = sources.first(where: { $0.name == record.name && $0.type == record.type }) {
        if let source = source as? any Provable {
          try open(record, source, as: step)
        } else {
          notTried(step, "it cannot be restored next to the live one")
        }
      } else {
        notTried(step, "no such database is configured or found now")
      }
    }
  }

  private func open(
    _ record: SourceRecord, _ source: any Provable, as step: RehearsalStep.Kind
  ) throws {
    switch try source.openScratch(of: record, in: store, progress: progress) {
    case .open(let database):
      scratch.append((record.name, database))
      canBeCloned = canBeCloned && database.canBeCloned
      if let live = database.liveByteCount { growth.append((record.name, record.liveByteCount, live)) }
      report.steps.append(
        RehearsalStep(
          kind: step, outcome: .passed, seconds: database.restoreSeconds,
          detail: "restored from the store next to the live one, all rows compared"))
      report.steps.append(
        RehearsalStep(
          kind: .databaseComparison(source: record.name), outcome: .passed, seconds: database.compareSeconds,
          detail: "definitions, owners, privileges, sequences, large objects"))
      report.limits += database.limits.map { "\(step): \($0)" }
    case .failed(let problems, let seconds):
      report.steps.append(
        RehearsalStep(kind: step, outcome: .failed, seconds: seconds, detail: problems.first))
      report.problems += problems.map { RehearsalProblem($0, in: step) }
    case .impossible(let reason): notTried(step, reason)
    }
  }

  /// Notes the proof, as `verify --restore` does: databases were restored and compared, whether that succeeded or not.
  private func note() throws {
    let tried = report.steps.filter(\.kind.provesDatabase)
    guard !tried.isEmpty, tried.allSatisfy({ $0.outcome != .notTried }) else { return }
    let proof = Proof(
      at: clock.now(), seconds: tried.reduce(0) { $0 + ($1.seconds ?? 0) },
      problems: report.problems.filter { $0.step?.isDatabase == true }.map(\.description))
    try catalog.updateNotes(request.target.id) { $0.proof = proof }
  }

  private func noteResult() throws {
    // Another process may have deleted it meanwhile.
    guard catalog.exists(request.target.id) else { return }
    let note = RehearsalNote(
      at: report.startedAt, result: report.result, restoreSeconds: report.restoreSeconds)
    try catalog.updateNotes(request.target.id) { $0.rehearsal = note }
  }

  // MARK: Git and files

  private func restoreTree(_ place: RehearsalPlace) throws {
    guard let stateTree = request.target.git.stateTree else {
      report.limits.append(
        "the checkpoint is of the database only; git and files stay as they are in a rollback to it")
      return
    }
    guard let head = request.target.git.head else {
      return notTried(
        .tree, "the checkpoint was taken before the first commit, and git makes no second working tree then")
    }
    var tree: RehearsalTree?
    try measured(.tree) {
      let objects = try ObjectDatabase.open(project.location, files: store.files)
      let state = try RecordedState(
        tree: stateTree, head: head, branch: request.target.git.branch, in: objects)
      self.state = state
      let restored = try RehearsalTree(
        request.target, state, head, project, store, place,
        progress: progress)
      try restored.restore()
      tree = restored
      return []
    }
    guard let tree else { return }
    try measured(.treeComparison) { try tree.differences() }
    self.tree = tree
    report.limits += tree.limits
    let (recorded, others) = try tree.submodules()
    let reason = "a temporary working tree has none checked out"
    if !others.isEmpty { report.limits.append("submodules \(others.joined(separator: ", ")): \(reason)") }
    if !recorded.isEmpty {
      notTried(.submodules, "\(recorded.joined(separator: ", ")): \(reason)")
    }
  }

  /// - Returns: what could not be removed, in words for the report.
  private func cleanUp(_ place: RehearsalPlace) -> [String] {
    var left: [String] = []
    for (_, database) in scratch {
      do { try database.close() } catch {
        left.append(
          "the database \(database.database) could not be dropped: \(error); the next rehearsal tries again")
      }
    }
    scratch = []
    if let problem = place.remove() { left.append(problem) }
    return left
  }
}
