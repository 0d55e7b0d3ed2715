// What to do if a schedule cannot be installed or run.

import Formatting
import Scheduling

extension ScheduleProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .unwritable: Diagnostic("\(self)", hints: ["rename it"])
    case .edited: Diagnostic("\(self)", hints: ["take your own lines out of it, or replace it: --force"])
    case .missing(let program):
      Diagnostic(
        "\(self)",
        hints: [
          program == "crontab"
            ? "install cron, or use systemd: checkpoint schedule install --systemd"
            : "use cron: checkpoint schedule install --cron",
          "for another scheduler: checkpoint schedule show --cron",
        ])
    case .refused(let program, _):
      Diagnostic(
        "\(self)",
        hints: program == "systemctl"
          ? ["use cron: checkpoint schedule install --cron"]
          : ["for another scheduler: checkpoint schedule show --cron"])
    case .foreign:
      Diagnostic("\(self)", hints: ["install it as that user, or with sudo for the whole system: --system"])
    case .exposed(let path): Diagnostic("\(self)", hints: ["chmod go-w \(Format.shellWord("\(path)"))"])
    case .longJitter:
      Diagnostic(
        "\(self)", hints: ["git config checkpoint.schedule.jitter 10m"], code: .usage)
    case .unsteady: Diagnostic("\(self)", hints: ["try again when it is done"], code: .locked)
    case .nothing:
      Diagnostic(
        "\(self)",
        hints: [
          "take away what is installed: checkpoint schedule remove",
          "git config checkpoint.schedule.incremental.at 'daily 02:00'",
        ])
    case .notRoot: Diagnostic("\(self)", hints: ["sudo, or your own timers: --systemd"])
    case .underWay:
      Diagnostic("\(self)", hints: ["checkpoint log --follow shows when it is done"], code: .locked)
    }
  }
}
