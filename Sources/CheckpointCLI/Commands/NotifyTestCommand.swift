// `checkpoint notify test`: sends a notice by each way.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let notifyTest = Command(
    name: "test", summary: "send a test by each way that is set, and say whether it arrived",
    examples: ["checkpoint notify test"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (session, console) = (workspace.session, workspace.console)
    let deliveries = try session.notifier(session.openOrCreateStore()).test()
    if console.isJSON {
      try console.json(deliveries.map { TestedWay(way: $0.way, problem: $0.problem) })
    } else if deliveries.isEmpty {
      console.result("no way is set")
      console.hint("git config checkpoint.notify.mail you@example.org, or notify.webhook, or notify.command")
    } else {
      for delivery in deliveries {
        console.result("\(delivery.way): \(delivery.problem.map { Format.visible($0) } ?? "sent")")
      }
    }
    return !deliveries.isEmpty && deliveries.allSatisfy { $0.problem == nil } ? .done : .failed
  }
}

private struct TestedWay: Encodable {
  let way: String
  let problem: String?
}
