// `checkpoint pull`: brings checkpoints from a remote.

import Formatting
import Operations

extension Command {
  static let pull = Command(
    name: "pull", operands: [.any("SELECTOR", .text)],
    summary: "bring checkpoints from a remote into the store (default: latest)",
    details: """
      A SELECTOR is an id, a name or latest, as checkpoint list --remote NAME shows them. Then a checkpoint
      is like any other: shown, compared, verified, and gone back to. Nothing else changes, neither the
      working tree nor a database.
      """,
    options: [.flag("-a", "--all", help: "all that the remote has"), SharedOptions.remote],
    examples: ["checkpoint pull", "checkpoint pull stage-02-complete", "checkpoint pull --all"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    if invocation.has("--all") && !invocation.operands.isEmpty {
      throw UsageError(description: "SELECTORs and --all exclude each other")
    }
    let selectors = invocation.operands.isEmpty && !invocation.has("--all") ? ["latest"] : invocation.operands
    let outcome = try Workspace(invocation).session.pull(selectors, from: invocation.value("--remote"))
    let console = invocation.console
    for (id, reason) in outcome.failed { console.warn(Diagnostic(reason), "\(id) was not pulled") }
    if console.isJSON {
      struct View: Encodable {
        struct Failure: Encodable { var id: String, reason: String }
        var remote: String, pulled: [String], unchanged: [String], failed: [Failure]
      }
      try console.json(
        View(
          remote: outcome.place.name, pulled: outcome.pulled.map(\.description),
          unchanged: outcome.unchanged.map(\.description),
          failed: outcome.failed.map { .init(id: $0.id.description, reason: "\($0.reason)") }))
    } else if outcome.pulled.isEmpty && outcome.failed.isEmpty {
      console.result(outcome.unchanged.isEmpty ? "there is nothing to pull" : "all of them are here already")
    } else {
      for id in outcome.pulled { console.result("\(id)") }
      console.remark(
        "\(Format.plural(outcome.pulled.count, "checkpoint")) pulled from \(outcome.place.name)")
    }
    return outcome.failed.isEmpty ? .done : .partly
  }
}
