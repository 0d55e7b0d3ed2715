// `checkpoint warm`: the databases that rollback renames into place.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let warm = Command(
    name: "warm", operands: [.one("SELECTOR", .checkpoint)],
    summary: "make, list or drop warm clones: restored databases that a rollback renames into place",
    details: """
      A stage's checkpoint gets one by itself, in the background; checkpoint.warm says how many of the
      newest stage and stable checkpoints keep theirs (default 1, off for none), warmSizeLimit (20g)
      and warmFreeSpace (5g) bound them. One that you make here stays until you drop it or go back.
      No session can connect to a clone. If one was opened all the same, it is no longer used; it stays
      on the server, and “list” shows it.
      """,
    options: [SharedOptions.trustedSource] + SharedOptions.database,
    examples: ["checkpoint warm stage-02-start"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (target, made) = try warmed(invocation.operands[0], workspace)
    for clone in made {
      let way = clone.origin == .copied ? "copied from the live database" : "restored and compared"
      workspace.console.remark(
        "\(clone.database): \(way), \(Format.bytes(clone.byteCount)), \(Format.seconds(clone.seconds))")
    }
    try workspace.console.outcome(made.isEmpty ? "\(target) is warm already" : "\(target) is warm")
    return .done
  }.with(subcommands: [.warmList, .warmDrop])

  private static func warmed(
    _ selector: String, _ workspace: Workspace
  ) throws -> (target: CheckpointID, made: [WarmClone]) {
    do {
      return try workspace.session.warm(selector, decide: workspace.requireVouched)
    } catch let problem as SelectorProblem {
      // It may be a sub-command that was meant.
      var diagnostic = Diagnostic(problem)
      diagnostic.hints += warm.subcommands.names(near: selector).map {
        "did you mean: checkpoint warm \($0)?"
      }
      throw diagnostic
    }
  }
}
