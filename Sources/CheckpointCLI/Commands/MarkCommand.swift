// `checkpoint mark`: what the user thinks of a checkpoint.

import Checkpoints

extension Command {
  static let mark = Command(
    name: "mark", operands: [.one("SELECTOR", .checkpoint), .one(of: "stable", "unstable", "critical")],
    summary: "say that a checkpoint is fit to go back to, or is not, or must never go",
    details: """
      Rollback without a selector goes to the newest stable checkpoint. Stable without a mark are a
      stage's complete, unless its tests failed or were left out, and what was taken, without changes to tracked files, at the commit of a release
      tag: one that checkpoint.releaseTag matches (a pattern like v*, the default; may stand several
      times; empty switches it off). critical means stable, and delete refuses it until it is marked
      stable or unstable.
      """,
    examples: ["checkpoint mark stage-02-core stable", "checkpoint mark before-launch critical"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let manifest = try workspace.select(invocation.operands[0], store)
    guard let mark = Mark(rawValue: invocation.operands[1]) else {
      throw UsageError(
        description: "“\(invocation.operands[1])” is not a mark", hints: ["stable, unstable or critical"])
    }
    let lock = try store.lock(.shared, waiting: 10)
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    try workspace.logged(.mark(mark), store) {
      try Catalog(store).updateNotes(manifest.id) { notes in
        notes.isMarkedStable = mark != .unstable
        notes.isCritical = mark == .critical ? true : nil
      }
      return ((), manifest.id.description, nil)
    }
    try invocation.console.outcome("\(manifest.id) is marked \(mark.rawValue)")
    // Another one may be due a warm clone now; a mark needs no database.
    if let sources = try? workspace.sources() { workspace.startWorker(store, sources) }
    return .done
  }
}
