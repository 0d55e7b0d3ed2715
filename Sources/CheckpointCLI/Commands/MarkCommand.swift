// `checkpoint mark`: the user's own judgment of a checkpoint.

import Checkpoints
import Operations

extension Command {
  static let mark = Command(
    name: "mark", operands: [.one("SELECTOR", .checkpoint), .one(of: "stable", "unstable", "critical")],
    summary: "say that a checkpoint is fit to go back to, or is not, or must never go",
    details: """
      Rollback without a selector goes to the newest stable checkpoint. Stable without a mark are a
      stage's complete, unless its tests failed or were left out, and what was taken, without changes to tracked files, at the commit of a release
      tag: one that checkpoint.releaseTag matches (a pattern like v*, the default; may be set several
      times; empty switches it off). critical means stable, and delete refuses it until it is marked
      stable or unstable.
      """,
    examples: ["checkpoint mark stage-02-core stable", "checkpoint mark before-launch critical"]
  ) { invocation in
    let word = invocation.operands[1]
    guard let mark = Mark(rawValue: word) else {
      throw UsageError(description: "“\(word)” is not a mark", hints: ["stable, unstable or critical"])
    }
    let id = try Workspace(invocation).session.mark(invocation.operands[0], mark)
    try invocation.console.outcome("\(id) is marked \(word)")
    return .done
  }
}
