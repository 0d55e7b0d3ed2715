// `checkpoint schedule`: a clock that begins checkpoints.

import Checkpoints
import Scheduling

extension Command {
  static let schedule = Command(
    name: "schedule",
    summary: "let a clock take checkpoints: by cron, systemd or Kubernetes",
    details: """
      Without settings, an incremental checkpoint is taken daily at 02:00, a full one weekly on Sunday at
      01:00, and old ones are archived monthly; checkpoint.schedule.full.at and its like set another time, or off, in
      local time. Each run verifies what it took, pushes it to the remotes if there are any, removes what the retention policies do not keep, and is in
      checkpoint log. A run that is still at work keeps the next of the same kind from beginning.
      """,
    examples: [
      "checkpoint schedule install", "checkpoint schedule install --systemd --catch-up",
      "checkpoint schedule show", "checkpoint schedule remove",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ).with(subcommands: [.scheduleInstall, .scheduleRemove, .scheduleShow, .scheduleRun])
}

extension ScheduledJob {
  /// - Throws: a usage error, which names the jobs that there are.
  init(named name: String) throws {
    guard let job = ScheduledJob(rawValue: name) else {
      throw UsageError(
        description: "“\(name)” is nothing that a schedule begins",
        hints: [ScheduledJob.allCases.map(\.rawValue).joined(separator: ", ")])
    }
    self = job
  }

  static var names: ValueKind { .words(allCases.map(\.rawValue)) }
}

extension ScheduleNote.Keeper {
  /// In sentences.
  var name: String {
    switch self {
    case .cron: "your crontab"
    case .systemd: "your systemd timers"
    case .system: "the system's timers"
    case .script: "a script for another scheduler"
    }
  }
}
