// What must be right for a clock to take checkpoints: that it still has its lines, and that the last runs have begun.

import Checkpoints
import FileSystem
import Formatting

extension Examination {
  mutating func lookAtSchedule() throws {
    let again = "checkpoint schedule install"
    guard let standing = try ScheduleSetup(session, program: program).standing() else {
      return add("schedule", .note, "no clock takes checkpoints", remedy: again)
    }
    let before = checkup.findings.count
    if let lost = standing.lost {
      add("schedule", .wrong, "the clock calls \(Format.visible("\(lost)")), which is gone", remedy: again)
    }
    switch standing.place {
    case .inPlace: break
    case .edited:
      add(
        "schedule", .note, "what was installed for \(standing.keeper.rawValue) was edited by hand",
        remedy: "\(again) --force replaces it")
    case .gone:
      add("schedule", .wrong, "what was installed for \(standing.keeper.rawValue) is gone", remedy: again)
    }
    for job in standing.jobs {
      guard let missed = job.missed else { continue }
      let last = job.began.map { "it began last at \(Format.time($0))" } ?? "it never did"
      add(
        "schedule", .wrong, "\(job.job.rawValue) should have begun at \(Format.time(missed)), and \(last)",
        remedy: "\(clockLook(standing)); if the machine sleeps: \(again) --catch-up")
    }
    if standing.isOutdated {
      add("schedule", .note, "the settings of the schedule have changed since", remedy: again)
    }
    if checkup.findings.count == before {
      let next = standing.jobs.compactMap(\.next).min().map { ", next at \(Format.time($0))" } ?? ""
      add("schedule", .fine, "\(Format.plural(standing.jobs.count, "job"))\(next)")
    }
  }

  private func clockLook(_ standing: ScheduleStanding) -> String {
    switch standing.keeper {
    case .cron: "is cron running, and what does its log say? pgrep cron; journalctl -u cron"
    case .systemd: "systemctl --user list-timers"
    case .system: "systemctl list-timers"
    case .script: "does your scheduler call \(Format.visible("\(session.project.storePath)/schedule.sh"))?"
    }
  }
}
