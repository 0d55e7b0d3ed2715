// `checkpoint rollback` and `checkpoint undo`.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Git

extension Command {
  static let rollbackCodes: [ExitCode] = [
    .done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed,
  ]

  static let rollback = Command(
    name: "rollback", operands: "[SELECTOR]", operandCount: 0...1,
    summary: "go back to a checkpoint (default: the last stable one, else the latest)",
    details: """
      What is there now is kept first, and “checkpoint undo” brings it back. HEAD goes to the
      recorded branch if it still points at the recorded commit, and is detached there otherwise.
      Stable is what was marked so, a stage's complete, and what was taken at a release tag (“checkpoint
      mark --help”). A release tag at which no checkpoint was taken is restored as git has it: the
      database, untracked and ignored files stay as they are.
      """,
    options: [
      .flag("--branch", help: "move the recorded branch back instead of detaching HEAD"),
      .flag("--keep-untracked", help: "leave untracked files that came later"),
      SharedOptions.partial,
      .flag("-n", "--dry-run", help: "show what would be done"),
      SharedOptions.yes,
      .flag("--continue", help: "finish an interrupted rollback"),
      .flag("--abort", help: "bring back what was before an interrupted rollback"),
      AddressPlan.option,
    ] + SharedOptions.services + SharedOptions.database,
    examples: [
      "checkpoint rollback", "checkpoint rollback stage-02-start --dry-run", "checkpoint rollback v1.2",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    if invocation.has("--continue") || invocation.has("--abort") {
      return try workspace.alone(isResuming: true) { try resume(workspace, $0) }
    }
    return try workspace.alone { store in
      let (target, remarks) = try RollbackTarget.find(invocation.operands.first, workspace, store)
      return try carryOut(target, remarks, workspace, store)
    }
  }

  static let undo = Command(
    name: "undo", operands: "", operandCount: 0...0, summary: "bring back what the last rollback replaced",
    details: "What is there now is kept in turn, so a second undo brings that back.",
    options: [
      .flag("-n", "--dry-run", help: "show what would be done"), SharedOptions.partial, SharedOptions.yes,
    ]
      + SharedOptions.services + SharedOptions.database,
    examples: ["checkpoint undo"], exitCodes: rollbackCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    return try workspace.alone { store in
      let catalog = Catalog(store)
      let rescue = try catalog.newest { manifest in
        try manifest.kind == .rescue && manifest.worktree == workspace.project.location.worktreeName
          && catalog.notes(manifest.id).isSpent != true
      }
      guard let rescue else {
        throw UsageError(description: "there is nothing to undo: no rollback has replaced anything")
      }
      return try carryOut(
        RollbackRequest(
          operation: "undo", target: rescue,
          scope: catalog.notes(rescue.id).scope?.reversed { try SourceKinds.takingBack($0) } ?? .everything),
        workspace, store)
    }
  }

  /// Shows the plan, asks, does it, reports.
  /// - Parameters:
  ///   - isAnswered: the question was asked already, or the command line answers it.
  ///   - remarks: what is to be said about the target.
  ///   - preparer: who knows a target that is not recorded yet.
  static func carryOut(
    _ request: RollbackRequest, _ workspace: Workspace, _ store: Store, isAnswered: Bool? = nil,
    remarks: [String] = [], by preparer: Rollback? = nil
  ) throws -> ExitCode {
    let console = workspace.console
    let isAnswered = isAnswered ?? workspace.invocation.has("--yes")
    var request = request
    request.leavesDatabasesOut = workspace.invocation.has("--no-database")
    request.allowsPartial = workspace.invocation.has("--partial")
    if request.scope == .everything { request.services = try workspace.services() }
    let sources = try workspace.sources(for: request.target)
    let addresses = try AddressPlan(request.target, request.scope, workspace, store)
    request.leftAddresses = addresses.left
    var rollback = try preparer ?? workspace.rollback(store, sources)
    var plan = try rollback.plan(request)
    let isDry = workspace.invocation.has("--dry-run")
    for remark in remarks { console.remark(remark) }
    if isDry || !isAnswered {
      let name = request.release.map { "\(BytePath($0.tag))" } ?? request.target.id.description
      try RollbackText.show(plan, addresses, workspace, name: name, remarks: remarks, isResult: isDry)
    }
    if isDry { return .done }
    guard try console.confirm("go on?", isAnswered: isAnswered) else {
      console.remark("nothing was changed")
      return .failed
    }
    // The plan says it, too, if it was shown.
    if isAnswered, let file = request.target.unvouched,
      plan.restorations.contains(where: { !$0.record.isKeptFiles })
    {
      console.warning("\(file)")
    }
    if let release = request.release {
      request.target = try rollback.record(release)
      // A new one: what was planned with is not needed any more, and goes.
      rollback = try workspace.rollback(store, sources)
      plan = try rollback.plan(request)
    }
    try workspace.noteConsent(request.services, store)
    var result = try workspace.logged(request.operation, store) {
      (try rollback.execute(plan), request.target.id.description, nil)
    }
    result.notes += addresses.notes
    try RollbackText.report(result, request.operation, request.target, remarks: remarks, console)
    settle(workspace, store, sources)
    return code(of: result)
  }

  private static func resume(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    guard var journal = try JournalFile(store).read() else { throw RollbackProblem.nothingPending }
    // A database that is gone for good must not keep everything else from coming to an end.
    if workspace.invocation.has("--no-database") && !journal.sources.isEmpty {
      journal.leavesDatabasesOut = true
      workspace.console.warning(
        "the database is left as it is now; what is kept of it, checkpoint status names")
    }
    if workspace.invocation.has("--no-services") { journal.services?.commands = [] }
    try workspace.requireConsent(journal.services)
    if workspace.invocation.has("--partial") { journal.allowsPartial = true }
    if workspace.invocation.has("--revert-on-failure") { journal.services?.revertsOnFailure = true }
    let target = try Catalog(store).manifest(journal.target)
    let rescue = try journal.rescue.map { try Catalog(store).manifest($0) }
    let sources = try workspace.sources(for: target, since: rescue)
    let rollback = try workspace.rollback(store, sources)
    try AbandonedWork.remove(from: store, workspace.project.location, workspace.objects())
    if workspace.invocation.has("--abort") {
      let notes = try workspace.logged("\(journal.operation) --abort", store) {
        (try rollback.abandon(journal), journal.target.description, nil)
      }
      for note in notes { workspace.console.remark(note) }
      try workspace.console.outcome(
        "everything is as it was before the \(journal.operation) to \(journal.target)")
      return .done
    }
    let result = try workspace.logged("\(journal.operation) --continue", store) {
      (try rollback.resume(journal), journal.target.description, nil)
    }
    try RollbackText.report(result, journal.operation, target, workspace.console)
    settle(workspace, store, sources)
    return code(of: result)
  }

  private static func code(of result: RollbackResult) -> ExitCode {
    result.leftAlone.isEmpty && result.unrestored.isEmpty && result.failedService == nil ? .done : .partly
  }

  /// Makes room for what was replaced by earlier rollbacks. The rollback itself has succeeded already.
  private static func settle(_ workspace: Workspace, _ store: Store, _ sources: [any DataSource]) {
    if workspace.startWorker(store, sources) { return }
    do {
      let clones = WarmClones(store, sources: sources, clock: workspace.clock, progress: workspace.progress)
      try clones.forgetGone()
      for name in try RetainedDatabases(store, sources: sources).settle(progress: workspace.progress) {
        workspace.console.remark(
          "the database \(name) of an earlier rollback was copied into the store and dropped")
      }
    } catch {
      workspace.console.warning("a database of an earlier rollback could not be put into the store: \(error)")
    }
  }
}

enum RollbackText {
  /// - Parameters:
  ///   - addresses: files that lead to another database.
  ///   - name: what people call the target.
  ///   - remarks: said already, and part of the JSON form.
  static func show(
    _ plan: RollbackPlan, _ addresses: AddressPlan, _ workspace: Workspace, name: String,
    remarks: [String], isResult: Bool
  ) throws {
    let console = workspace.console
    let target = plan.target
    let age = workspace.clock.now().secondsSinceEpoch - target.createdAt.secondsSinceEpoch
    let notes = try? Catalog(workspace.openStore()).notes(target.id)
    let found = plan.restorations.flatMap(\.restoration.warnings)
    let isAboutDatabases = plan.restorations.contains { !$0.record.isKeptFiles }
    // What the plan is made for need not be said of the checkpoint as well.
    let reservations = (isAboutDatabases ? Reservations(target, notes).all : []).filter { reservation in
      !found.contains { $0.hasPrefix(reservation.prefix { $0 != ":" }) }
    }
    let warnings = found + reservations
    let (lines, files) = try describe(plan, addresses, workspace)
    if console.isJSON {
      struct View: Encodable {
        var target: String, remarks: [String], steps: [String], warnings: [String]
        var keptFiles: [KeptFileStep]
      }
      if isResult {
        try console.json(
          View(
            target: name, remarks: remarks, steps: lines, warnings: warnings, keptFiles: files))
      }
      return
    }
    let what = target.kind == .release ? CheckpointText.commit(target.git) : Format.age(age)
    console.remark("\(plan.journal.operation) to \(name) (\(what))")
    if let message = target.message { console.remark("  “\(message)”") }
    for line in lines { console.remark("  \(line)") }
    for warning in warnings { console.remark("  note: \(warning)") }
  }

  private static func describe(
    _ plan: RollbackPlan, _ addresses: AddressPlan, _ workspace: Workspace
  ) throws -> (lines: [String], files: [KeptFileStep]) {
    let services = ServiceText.plan(plan.journal.services)
    var lines = services.before + ["keep what is there now, for checkpoint undo"]
    var kept: [KeptFileStep] = []
    let objects = try workspace.objects()
    let isOfDatabases = plan.journal.scope.isDatabasesAlone
    let present = try isOfDatabases || plan.state == nil ? nil : self.present(plan, workspace, objects)
    let files = try present.map { try workspace.keptFiles(in: $0) } ?? []
    for (record, restoration) in plan.restorations {
      let steps = record.isKeptFiles ? try plan.restorations.keptFiles?.fileSteps(present: files) ?? [] : []
      if !record.isKeptFiles || !steps.isEmpty { lines.append(restoration.summary) }
      lines += restoration.details.map { "  \($0)" } + steps.map { step($0, addresses) }
      kept += steps
    }
    lines += plan.leftDatabases.map { "leave the database \($0) as it is: the checkpoint does not hold it" }
    lines += plan.journal.head.map(head)
    if let state = plan.state, let present {
      let files = try plan.files(
        from: present.state, to: state, keptInStore: Catalog(workspace.openStore()).filesInStore(plan.target),
        objects)
      lines += writes(files, addresses)
      let shown = Set(kept.map(\.path))
      lines += addresses.left.subtracting(shown).sorted().map { step(KeptFileStep($0, .leave), addresses) }
    }
    return (lines + services.after, kept)
  }

  private static func present(
    _ plan: RollbackPlan, _ workspace: Workspace, _ objects: ObjectDatabase
  ) throws -> CapturedState {
    try StateCapture.run(
      workspace.project.location, into: objects,
      policy: workspace.project.capturePolicy(excluded: plan.target.excluded.map { GlobPattern($0) }))
  }

  private static func step(_ step: KeptFileStep, _ addresses: AddressPlan) -> String {
    let path = "\(step.path)" + addresses.words(for: step.path)
    return switch step.action {
    case .write: "  write     \(path)"
    case .remove: "  remove    \(path)"
    case .unchanged: "  unchanged \(path)"
    case .leave: "  leave     \(path)"
    }
  }

  private static func writes(_ files: RestorePlan, _ addresses: AddressPlan) -> [String] {
    var lines = [
      "write \(Format.plural(files.writes.count, "file")), remove \(Format.plural(files.removals.count, "file"))"
    ]
    let (named, others) = (
      files.writes.filter { !addresses.words(for: $0.path).isEmpty },
      files.writes.filter { addresses.words(for: $0.path).isEmpty }
    )
    for write in named { lines.append("  write  \(write.path)\(addresses.words(for: write.path))") }
    for write in others.prefix(10) { lines.append("  write  \(write.path)") }
    for path in files.removals.prefix(10) { lines.append("  remove \(path)") }
    let hidden = max(0, others.count - 10) + max(0, files.removals.count - 10)
    if hidden > 0 { lines.append("  … and \(hidden) more") }
    return lines
  }

  static func head(_ step: HeadDestination) -> String {
    switch step {
    case .branch(let name): "HEAD on the branch \(name)"
    case .movedBranch(let name, let commit): "move the branch \(name) to \(commit.short)"
    case .detached(let commit): "detach HEAD at \(commit.short)"
    case .removedBranch(let name): "remove the branch \(name), which was made since"
    case .unborn(let name): "take the branch \(name) back to having no commit"
    }
  }

  private static func figures(_ result: RollbackResult) -> [String] {
    var parts: [String] = []
    if !result.isAboutDatabasesAlone {
      parts.append("\(Format.plural(result.filesWritten, "file")) written, \(result.filesRemoved) removed")
    }
    let count = result.restoredDatabases.count
    if count > 0, let staged = result.durations["restore"] {
      let seconds = staged + (result.durations["activate"] ?? 0)
      let what = count == 1 ? "database" : Format.plural(count, "database")
      parts.append("\(what) restored in \(Format.seconds(seconds))")
    }
    parts += result.services.map(ServiceText.figure)
    return parts + ["\(Format.seconds(result.durations["total"] ?? 0)) in all"]
  }

  /// What was done, without saying more than that.
  private static func outcome(_ result: RollbackResult, _ target: Manifest) -> String {
    if result.isWhole { return "back at \(target.id)" }
    if result.isAboutDatabasesAlone || result.isPartOfFiles { return "restored from \(target.id)" }
    return "back at \(target.id), without its database"
  }

  /// - Parameter remarks: said already, and part of the JSON form.
  static func report(
    _ result: RollbackResult, _ operation: String, _ target: Manifest, remarks: [String] = [],
    _ console: Console
  ) throws {
    if console.isJSON {
      struct View: Encodable {
        var operation: String, target: String, rescue: String
        var filesWritten: Int, filesRemoved: Int
        var databasesRestored: [String], databasesLeft: [String]
        var durations: [String: Double]
        var leftAlone: [String]
        var notes: [String]
        var unrestored: [Unrestored]
        var services: [ServiceText.View]
      }
      return try console.json(
        View(
          operation: operation, target: target.id.description, rescue: result.rescue.description,
          filesWritten: result.filesWritten, filesRemoved: result.filesRemoved,
          databasesRestored: result.restoredDatabases, databasesLeft: result.leftDatabases,
          durations: result.durations,
          leftAlone: result.leftAlone.map(\.description), notes: remarks + result.notes,
          unrestored: result.unrestored,
          services: result.services.map(ServiceText.View.init)))
    }
    for step in result.head {
      if case .detached(let commit) = step {
        let home = result.branchBefore.map { name in
          "; back to \(Format.visible(name)): git switch \(Format.shellWord(Format.visible(name)))"
        }
        console.remark(
          "HEAD is detached at \(commit.short); to work on from here: git switch -c NAME\(home ?? "")")
      }
    }
    console.remark(figures(result).joined(separator: ", "))
    for database in result.leftDatabases {
      console.remark("the database \(database) stays as it is: the checkpoint does not hold it")
    }
    for note in result.notes { console.remark(note) }
    UnrestoredText.show(result.unrestored, console)
    for path in result.leftAlone {
      console.warning("\(path) was left as it is: it cannot be read, so it could not be kept")
    }
    if let failed = result.failedService {
      console.warning("\(failed.description); what comes after it was left out, and everything else is done")
      console.hint("checkpoint undo goes back to what was there before")
      console.hint("--revert-on-failure does so by itself")
    }
    console.remark("what was there before is kept as \(result.rescue): checkpoint undo")
    console.result(outcome(result, target))
  }
}
