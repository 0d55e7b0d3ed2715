// `checkpoint warm drop`: removes warm clones from the server.

import Formatting
import Operations

extension Command {
  static let warmDrop = Command(
    name: "drop", operands: [.optional("SELECTOR|DATABASE", .checkpoint)],
    summary: "drop the warm clones of a checkpoint, or all (default)",
    details: """
      A DATABASE that “checkpoint warm list” shows and that no checkpoint here names is dropped after a
      question.
      """,
    options: [SharedOptions.yes] + SharedOptions.database,
    examples: ["checkpoint warm drop", "checkpoint warm drop stage-02-start"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    let choice = invocation.operands.first.map { ProjectSession.CloneChoice.named($0) } ?? .all
    let result = try workspace.session.dropClones(choice) { name in
      try console.confirm(
        "drop the database \(name), which no checkpoint here names?", isAnswered: invocation.has("--yes"))
    }
    guard let (dropped, left) = result else { return .failed }
    for name in left {
      console.warning("\(name) stays: another program has opened it; checkpoint warm drop \(name) drops it")
    }
    for name in dropped { console.remark("dropped \(name)") }
    try console.outcome(
      dropped.isEmpty ? "there is no warm clone" : "\(Format.plural(dropped.count, "warm clone")) dropped")
    return .done
  }
}
