// `checkpoint restore config`: the files that git ignores but the project needs.

import Checkpoints
import Operations

extension Command {
  static let restoreConfig = Command(
    name: "config", operands: [.one("SELECTOR", .checkpoint)],
    summary: "write the files that git ignores but the project needs",
    details: """
      These are .env files and what include in .checkpointconfig adds. None are removed. “checkpoint undo”
      brings back what was replaced.
      """,
    options: restoreOptions + [SharedOptions.takeAddress] + SharedOptions.database,
    examples: ["checkpoint restore config latest"],
    exitCodes: rollbackCodes
  ) { invocation in
    try restore(invocation.operands[0], invocation) { recorded in
      if recorded.kept.isEmpty {
        throw RollbackProblem.nothingToRestore(recorded.target.id, "files that git ignores")
      }
      return .files(recorded.kept)
    }
  }
}
