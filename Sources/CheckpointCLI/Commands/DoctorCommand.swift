// `checkpoint doctor`: whether everything is right that must be, and what to do if it is not.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Monitoring
import Operations

extension Command {
  static let doctor = Command(
    name: "doctor", summary: "look at everything that must be right, and say what to do if it is not",
    details: """
      Git, the store's place and permissions, databases and what their users may do, hooks, settings and
      consent, files that others may read, what was lost or left behind, work in the background, the
      schedule, and what checkpoint check says. --fix puts right what can be without a risk: permissions of
      the store and of hooks, hooks of another version, what killed processes left. A server that does not
      answer is waited for less than two seconds. A note is worth knowing, and no failure.
      """,
    options: [.flag("--fix", help: "put right what can be without a risk")] + SharedOptions.database,
    examples: ["checkpoint doctor", "checkpoint doctor --fix", "checkpoint doctor --json"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    SystemZone.use()
    var session = try Workspace(invocation).session
    session.reportsFailures = false
    let program = try FileTree.canonical(DetachedProgram.ownProgram)
    var checkup = try session.checkUp(program: program, isMending: invocation.has("--fix"))
    if Store.exists(at: session.project.storePath) {
      let check = BackupCheck(try session.backupStanding(), try BackupGoals(session.project.settings))
      checkup.findings += check.findings.map { finding in
        .init(
          "checkpoints", finding.state == .ok ? .fine : finding.state == .critical ? .wrong : .note,
          finding.text)
      }
    }
    let console = invocation.console
    if console.isJSON {
      try console.json(CheckupDocument(isHealthy: checkup.isHealthy, findings: checkup.findings))
    } else {
      for line in lines(checkup) { console.result(line) }
    }
    return checkup.isHealthy ? .done : .partly
  }

  private static func lines(_ checkup: Checkup) -> [String] {
    let rows = checkup.findings.flatMap { finding in
      [[finding.state == .fine ? "ok" : finding.state.rawValue, finding.area, Format.visible(finding.text)]]
        + (finding.remedy.map { [["", "", "→ \(Format.visible($0))"]] } ?? [])
    }
    let wrong = checkup.findings.count { $0.state == .wrong }
    return Format.table(rows) + [
      wrong == 0 ? "nothing is wrong" : "\(Format.plural(wrong, "thing")) to put right"
    ]
  }
}

private struct CheckupDocument: Encodable {
  var isHealthy: Bool
  var findings: [Checkup.Finding]
}
