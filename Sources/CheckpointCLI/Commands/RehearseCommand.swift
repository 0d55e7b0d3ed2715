// `checkpoint rehearse`: tries a rollback without touching anything live, and writes a report.

import Checkpoints
import FileSystem
import Formatting
import Operations

extension Command {
  static let rehearse = Command(
    name: "rehearse", aliases: ["test-restore", "test-rollback"],
    operands: [.optional("SELECTOR", .checkpoint)],
    summary: "try a rollback without touching anything live, measure it, write a report",
    details: """
      The databases are restored into scratch databases, git's state and the files into a temporary
      working tree; everything is compared with what was recorded. The commands build and smoke of
      [services] run there, with CHECKPOINT_REHEARSAL=1, and with DATABASE_URL, PG* variables and .env
      files leading to the scratch database; stop and start do not run. All of it is removed again. The
      report, as Markdown and JSON, goes to the stage's folder if there is one, else to reports/ in the
      store. A restore that takes longer than checkpoint.rto (90, 90s, 5m, 1h) has failed. Without
      SELECTOR it is what rollback would go back to.
      """,
    options: [
      .value("-o", "--output", as: "DIRECTORY", .directory, help: "where the report goes"),
      .flag("--no-services", help: "run neither build nor smoke"),
      SharedOptions.trustedSource,
    ] + SharedOptions.database,
    examples: ["checkpoint rehearse", "checkpoint rehearse stage-02-complete --output reports"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    var request = RehearseRequest(invocation.operands.first)
    request.directory = try invocation.value("--output").map(workspace.path)
    request.leavesServicesOut = invocation.has("--no-services")
    let (report, files) = try workspace.session.rehearse(
      request, hear: { for remark in $0 { console.remark(TargetText.line(remark)) } },
      decide: workspace.requireVouched,
      documents: {
        [("md", RehearsalText.markdown($0)), ("json", try Console.text(ofJSON: $0) + "\n")]
      })
    try show(report, written: files, console)
    switch report.result {
    case .passed: return .done
    case .failed: return .verificationFailed
    case .incomplete: return .partly
    }
  }

  private static func show(_ report: RehearsalReport, written: [BytePath], _ console: Console) throws {
    if console.isJSON { return try console.json(report) }
    for line in RehearsalText.summary(report) { console.remark(line) }
    for problem in report.problems { console.warning(Format.visible("\(problem)")) }
    for reason in report.notTried { console.warning("not tried: \(Format.visible(reason))") }
    for path in written { console.result("report: \(path)") }
    console.result("rehearsal of \(report.checkpoint.id): \(report.result.rawValue)")
  }
}
