// `checkpoint warm drop`: removes warm clones from the server.

import Checkpoints
import ChunkStore
import DataSources
import Formatting

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
    return try changingClones(workspace) { try drop(invocation.operands.first, workspace, $0) }
  }

  private static func drop(_ what: String?, _ workspace: Workspace, _ store: Store) throws -> ExitCode {
    // An interrupted rollback may be about to use one.
    try JournalFile(store).requireNone()
    let clones = try workspace.clones(store)
    var (dropped, left): ([String], [String]) = ([], [])
    if let what, let stray = try WarmText.strays(workspace, clones.list()).first(where: { $0.name == what }) {
      guard
        try workspace.console.confirm(
          "drop the database \(what), which no checkpoint here names?",
          isAnswered: workspace.invocation.has("--yes"))
      else { return .failed }
      try stray.source.dropClone(named: what)
      dropped = [what]
    } else if let what {
      (dropped, left) = try clones.drop(workspace.select(what, store).id)
    } else {
      for id in Set(try clones.list().map(\.checkpoint)).sorted() {
        let result = try clones.drop(id)
        (dropped, left) = (dropped + result.dropped, left + result.left)
      }
    }
    for name in left {
      workspace.console.warning("\(name) stays: somebody opened it; checkpoint warm drop \(name) drops it")
    }
    for name in dropped { workspace.console.remark("dropped \(name)") }
    try workspace.console.outcome(
      dropped.isEmpty ? "there is no warm clone" : "\(Format.plural(dropped.count, "warm clone")) dropped")
    return .done
  }
}
