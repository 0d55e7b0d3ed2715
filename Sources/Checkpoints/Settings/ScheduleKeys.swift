// The settings of [schedule].

extension SettingKey where Value == ScheduledAt, Failure == Settings.Invalid {
  package static var scheduledAt: Self {
    moment(
      Setting(
        "at", in: "schedule", of: .choice(ScheduledJob.allCases.map(\.rawValue)),
        "When “checkpoint schedule install” has it run, in local time: hourly :15, daily 02:00, weekly Sunday 01:00, monthly 1 03:00, the five fields of a crontab, or off. Without it incremental daily 02:00, full weekly Sunday 01:00, archive monthly."
      ))
  }
}

extension SettingKey where Value == Int?, Failure == Settings.Invalid {
  package static var scheduleJitter: Self {
    duration(
      Setting(
        "jitter", in: "schedule", of: .choice(ScheduledJob.allCases.map(\.rawValue)),
        "It begins up to so much later, by chance, so that many machines do not ask one server at the same moment."
      ))
  }
}

extension Settings {
  /// When a job runs; nil for never.
  package func time(of job: ScheduledJob) throws -> ScheduleTime? {
    switch try self[.scheduledAt, job.rawValue] {
    case .usual: job.usualTime.flatMap { ScheduleTime($0) }
    case .never: nil
    case .at(let time): time
    }
  }
}
