// `checkpoint schedule run`: what the clock calls.

import Checkpoints
import FileSystem
import Formatting
import Operations

extension Command {
  static let scheduleRun = Command(
    name: "run", operands: [.one("JOB", ScheduledJob.names)],
    summary: "do now what the clock would begin: take, verify, push, prune",
    details: """
      JOB is incremental, full, database or archive. Exit code 3: it was done, and something is wrong with
      what was taken. Exit code 11: the same job is still at work since an earlier time.
      """,
    options: [
      .value("--jitter", as: "TIME", help: "wait up to so long, by chance, before it begins"),
      .flag("--catch-up", help: "only if the last time for it has passed without it"),
    ],
    examples: ["checkpoint schedule run incremental", "checkpoint schedule run full --catch-up"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    SystemZone.use()
    var run = ScheduledRun(try ScheduledJob(named: invocation.operands[0]))
    let workspace: Workspace
    do { workspace = try Workspace(invocation) } catch {
      tell(error, run.job, invocation)
      throw error
    }
    run.isCatchingUp = invocation.has("--catch-up")
    if let text = invocation.value("--jitter") {
      guard let seconds = SettingType.duration(text) else {
        throw UsageError(
          description: "--jitter takes a time such as 90s or 5m, not “\(Format.visible(text))”")
      }
      run.jitter = seconds
    }
    let console = workspace.console
    guard let outcome = try workspace.session.run(run) else {
      try console.outcome("nothing to catch up on")
      return .done
    }
    for problem in outcome.warnings + outcome.problems { console.warning(problem) }
    if console.isJSON {
      try console.json(RunDocument(outcome))
    } else {
      if !outcome.removed.isEmpty {
        console.remark("removed: \(Format.plural(outcome.removed.count, "checkpoint"))")
      }
      if !outcome.archived.isEmpty {
        console.remark("archived: \(Format.plural(outcome.archived.count, "checkpoint"))")
      }
      if !outcome.remotes.isEmpty { console.remark("pushed to \(outcome.remotes.joined(separator: ", "))") }
      console.result(outcome.checkpoint.map { "\($0)" } ?? "done")
    }
    return outcome.problems.isEmpty && outcome.warnings.isEmpty ? .done : .partly
  }
}

extension Command {
  /// Tells the user that there is no session: perhaps a file that came with the repository cannot be read, which must not silence what
  /// the clock begins.
  fileprivate static func tell(_ error: any Error, _ job: ScheduledJob, _ invocation: Invocation) {
    guard
      let project = try? Project.find(
        from: FileTree.currentDirectory(), environment: ProcessEnvironment.variables, .all, isOwnOnly: true)
    else { return }
    var session = Workspace(invocation, project).session
    session.cause = .schedule
    session.notifier(try? project.openStore()).failed(
      LoggedOperation(.schedule, .scheduled(job)), Diagnostic(error).message)
  }
}

private struct RunDocument: Encodable {
  let checkpoint: CheckpointID?
  let remotes: [String]
  let removed: [CheckpointID]
  let archived: [CheckpointID]
  let warnings: [String]
  let problems: [String]

  init(_ outcome: ScheduledOutcome) {
    (checkpoint, removed, archived) = (outcome.checkpoint, outcome.removed, outcome.archived)
    remotes = outcome.remotes
    (warnings, problems) = (outcome.warnings, outcome.problems)
  }
}
