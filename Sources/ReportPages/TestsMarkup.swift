// The tests of a stage, in HTML.

import Checkpoints
import Formatting

struct TestsMarkup {
  let stage: StageReport

  init(_ stage: StageReport) { self.stage = stage }

  var section: Markup {
    let runs = stage.checkpoints.compactMap { checkpoint in checkpoint.tests.map { (checkpoint, $0) } }
    guard let (_, last) = runs.last else { return .nothing }
    var table = TableMarkup([
      .init("Checkpoint", percent: 16), .init("Result", percent: 28), .init("Command", percent: 34),
      .figure("Exit code"),
      .figure("Took"),
    ])
    table.rows = runs.map { checkpoint, run in
      let look: Markup = run.outcome.isFailure ? "bad" : run.outcome == .passed ? "good" : "soft"
      return [
        "\(checkpoint.phase.rawValue)\(.small(Format.minute(checkpoint.takenAt)))",
        "<span class=\"\(look)\">\(ReportWords.tests(run))</span>\(.small(run.problem))",
        run.command.map { "<code>\(ReportWords.named($0))</code>\(.small(run.runner))" } ?? "none configured",
        run.exitCode.map { "\(Int($0))" } ?? "\(ReportWords.unknown)",
        "\(Format.seconds(run.seconds))",
      ]
    }
    return "<section>\n<h2>Tests</h2>\n\(table.markup)\(tail(last))</section>\n"
  }

  private func tail(_ run: TestRun) -> Markup {
    let lines = ReportWords.tail(run).map { line -> Markup in "\(line)\n" }
    return lines.isEmpty ? .nothing : "<h3>The end of what they printed</h3>\n<pre>\(lines)</pre>\n"
  }
}
