// `checkpoint schedule install`: puts the jobs into a crontab, or into timers of systemd.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Scheduling

extension Command {
  static let scheduleInstall = Command(
    name: "install", summary: "let cron or systemd begin the jobs (default: cron)",
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
      .flag("--catch-up", help: "make up for what the machine slept through"),
      .flag("--force", help: "replace what was edited by hand"),
    ],
    examples: [
      "checkpoint schedule install", "checkpoint schedule install --catch-up",
      "checkpoint schedule install --systemd",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let chosen = ScheduleNote.Keeper.allCases.filter { invocation.has("--\($0.rawValue)") }
    if chosen.count > 1 { throw UsageError(description: "choose one of --cron, --systemd and --system") }
    let keeper = chosen.first ?? .cron
    let setup = ScheduleSetup(workspace.session, program: try FileTree.canonical(DetachedProgram.ownProgram))
    let plan = try setup.plan(catchesUp: invocation.has("--catch-up"))
    try setup.install(plan, keeper, replacesEdited: invocation.has("--force"))
    for entry in plan.entries {
      let next = entry.time.next(after: workspace.now).map { ", next at \(Format.time($0))" } ?? ""
      workspace.console.remark("\(entry.job.rawValue): \(entry.time)\(next)")
    }
    try workspace.console.outcome("\(Format.plural(plan.entries.count, "job")) in \(keeper.name)")
    return .done
  }
}
