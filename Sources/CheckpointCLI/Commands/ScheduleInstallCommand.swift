// `checkpoint schedule install`: puts the jobs into a crontab, or into timers of systemd.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Scheduling

extension Command {
  static let scheduleInstall = Command(
    name: "install", summary: "let cron or systemd begin the jobs (default: cron, or what has them)",
    details: """
      The lines of the crontab stand between two lines of ours, and nothing else in it is changed. What runs
      there has the environment of now: PATH, locale, proxies, PG* variables, and the variables that settings
      name are written into a script in the store that only you can read. Install again after they change.
      """,
    options: [
      .flag("--cron", help: "in your crontab"),
      .flag(
        "--systemd", help: "timers of your own systemd, which runs while you are logged in, or lingering"),
      .flag("--system", help: "timers of the system, run as the owner of the store; for root"),
      .flag("--script", help: "only the script, for a scheduler of your own"),
      .flag("--catch-up", help: "make up for what the machine slept through"),
      .flag("--no-catch-up", help: "no longer"),
      .flag("--force", help: "replace what was edited by hand"),
    ],
    examples: [
      "checkpoint schedule install", "checkpoint schedule install --catch-up",
      "checkpoint schedule install --systemd",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    SystemZone.use()
    let workspace = try Workspace(invocation)
    let chosen = ScheduleNote.Keeper.allCases.filter { invocation.has("--\($0.rawValue)") }
    if chosen.count > 1 {
      throw UsageError(description: "choose one of --cron, --systemd, --system and --script")
    }
    let setup = ScheduleSetup(workspace.session, program: try FileTree.canonical(DetachedProgram.ownProgram))
    let earlier = setup.installed
    let keeper = chosen.first ?? earlier?.keeper ?? .cron
    let (plan, variables) = try setup.install(
      catchesUp: invocation.has("--catch-up") ? true : invocation.has("--no-catch-up") ? false : nil, keeper,
      replacesEdited: invocation.has("--force"))
    if let earlier, earlier.worktree != plan.worktree {
      workspace.console.remark("before, it was installed for \(Format.visible("\(earlier.worktree)"))")
    }
    if keeper == .script {
      workspace.console.remark("the script: /bin/sh \(Format.shellWord("\(plan.script)")) JOB")
    }
    workspace.console.remark("with the present values of \(variables.joined(separator: ", "))")
    for entry in plan.entries {
      let next = entry.time.next(after: workspace.now).map { ", next at \(Format.time($0))" } ?? ""
      workspace.console.remark("\(entry.job.rawValue): \(entry.time)\(next)")
    }
    try workspace.console.outcome("\(Format.plural(plan.entries.count, "job")) in \(keeper.name)")
    return .done
  }
}
