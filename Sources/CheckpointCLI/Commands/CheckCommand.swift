// `checkpoint check`: whether the checkpoints are as they should be, in one line and one exit code.

import Checkpoints
import Formatting
import Monitoring
import Operations

extension Command {
  static let check = Command(
    name: "check",
    summary: "say in one line whether checkpoints are recent, proven and sound, for Nagios and others",
    details: """
      The exit code is that of a monitoring plug-in: 0 fine, 1 a warning, 2 critical, 3 not known. It is critical if the
      newest sound checkpoint of the database is older than twice the setting rpo, a checkpoint is
      damaged or does not restore, or a database has lost nine tenths; a warning if it is older than
      rpo, the last attempt or work in the background failed, no database was proven to restore within
      31 days, restoring takes longer than rto, or the disk is full within a week. The age of the newest
      checkpoint is what would be lost now (RPO), and the time of the last rehearsal or proof is how
      long it takes to be back (RTO).
      """,
    options: [
      .value("--warning", as: "AGE", help: "how old the newest checkpoint may be (default rpo, or 25h)"),
      .value(
        "--critical", as: "AGE", help: "how old it may be before that is critical (default twice as long)"),
    ],
    examples: ["checkpoint check", "checkpoint check --warning 2h --critical 1d"],
    exitCodes: [.done, .failed, .usage, .partly]
  ) { invocation in
    let console = invocation.console
    do {
      var session = try Workspace(invocation).session
      session.reportsFailures = false
      let goals = try goals(invocation, session.project.settings)
      let check = BackupCheck(try session.backupStanding(), goals)
      try show(check, console)
      return ExitCode(rawValue: check.state.rawValue)
    } catch {
      let reason = Diagnostic(error).message
      if console.isJSON {
        try console.json(
          CheckReport(state: .unknown, findings: [.init(state: .unknown, text: reason)], measures: [:]))
      } else {
        console.result(BackupCheck.line(.unknown, reason))
      }
      return ExitCode(rawValue: BackupCheck.State.unknown.rawValue)
    }
  }

  private static func goals(_ invocation: Invocation, _ settings: Settings) throws -> BackupGoals {
    var goals = try BackupGoals(settings)
    func age(_ option: String) throws -> Int? {
      try invocation.value(option).map { text in
        guard let seconds = SettingType.duration(text), seconds <= BackupGoals.longest else {
          throw UsageError(
            description: "\(option) takes a time such as 30m, 12h or 2d, not “\(Format.visible(text))”")
        }
        return seconds
      }
    }
    if let warning = try age("--warning") { goals.set(age: warning) }
    if let critical = try age("--critical") { goals.criticalAge = critical }
    if goals.criticalAge < goals.age {
      throw UsageError(
        description: "--critical must not be less than the warning, which is \(Format.duration(goals.age))")
    }
    return goals
  }

  private static func show(_ check: BackupCheck, _ console: Console) throws {
    if console.isJSON {
      try console.json(CheckReport(state: check.state, findings: check.findings, measures: check.measures))
    } else {
      console.result(check.line)
    }
  }
}

private struct CheckReport: Encodable {
  private struct Finding: Encodable {
    var state: String
    var text: String
  }

  private var state: String
  private var findings: [Finding]
  private var measures: [String: BackupCheck.Measure]

  init(
    state: BackupCheck.State, findings: [BackupCheck.Finding], measures: [String: BackupCheck.Measure]
  ) {
    (self.state, self.measures) = (state.word, measures)
    self.findings = findings.map { Finding(state: $0.state.word, text: $0.text) }
  }
}
