// `checkpoint stats`: what the store holds, what of it is shared, and how it grows.

import Operations

extension Command {
  static let stats = Command(
    name: "stats", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "show what checkpoints take, by kind and by week, and what becomes free without one",
    details: """
      “Its own” is what no other checkpoint needs: deleting that one, or all of that kind, frees it. Git's
      objects are git's and are not counted.
      """,
    examples: ["checkpoint stats", "checkpoint stats latest", "checkpoint stats --json"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    let (statistics, summary, chosen) = try workspace.session.lookAtStore(invocation.operands.first)
    let report = StatsReport(statistics, summary, of: chosen)
    if console.isJSON { try console.json(report) } else { for line in report.lines { console.result(line) } }
    for problem in report.problems { console.warning(problem) }
    return report.problems.isEmpty ? .done : .partly
  }
}
