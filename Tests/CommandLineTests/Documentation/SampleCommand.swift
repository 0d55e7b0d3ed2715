// `checkpoint age`: how old the newest checkpoint is.

import Checkpoints
import Formatting

@testable import CheckpointCLI

extension Command {
  static let age = Command(
    name: "age", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "say how old a checkpoint is (default: latest)",
    details: "More for --help, in whole sentences.",
    options: [.flag("--seconds", help: "print a plain number")],
    examples: ["checkpoint age", "checkpoint age stage-02-start --seconds"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let manifest = try workspace.session.looking { opened in
      try opened.select(invocation.operands.first ?? "latest")
    }
    let seconds = workspace.now.secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch
    try invocation.console.outcome(invocation.has("--seconds") ? "\(seconds)" : Format.age(seconds))
    return .done
  }
}
