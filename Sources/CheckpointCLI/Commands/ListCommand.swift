// `checkpoint list`: the checkpoints, oldest first.

import Checkpoints
import ChunkStore
import DataSources
import Formatting
import FoundationEssentials

extension Command {
  static let list = Command(
    name: "list", summary: "list the checkpoints, oldest first",
    options: [.flag("-a", "--all", help: "also those that rollback took, and spent ones")],
    examples: ["checkpoint list", "checkpoint list --json"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    if invocation.console.isJSON { return try listJSON(workspace, store) }
    let listing = try Listing.read(store)
    for problem in listing.unreadable { invocation.console.warning("\(problem)") }
    let shown = listing.entries.filter { invocation.has("--all") || !$0.kind.isInternal }
    if shown.isEmpty {
      invocation.console.remark("no checkpoint yet: checkpoint stage-01-start, or checkpoint full")
    } else {
      try listText(shown, workspace, store)
    }
    return listing.unreadable.isEmpty ? .done : .partly
  }

  /// All that the manifests say.
  private static func listJSON(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    let catalog = Catalog(store)
    let (manifests, unreadable) = try catalog.manifests()
    for problem in unreadable { workspace.console.warning("\(problem)") }
    let shown = manifests.filter { workspace.invocation.has("--all") || !$0.kind.isInternal }
    let now = workspace.clock.now()
    let stability = try workspace.stability(store)
    try workspace.console.json(
      try shown.map { manifest in
        var manifest = manifest
        manifest.processState?.output = nil
        manifest.tests?.tail = nil
        return try CheckpointView(
          manifest, notes: catalog.notes(manifest.id), stable: stability.reason(of: manifest), now: now)
      })
    return unreadable.isEmpty ? .done : .partly
  }

  /// Of so many of the newest ones `list` says what is to be said; of the others `show` does.
  private static let remarkedCount = 10

  private static func listText(_ shown: [ListEntry], _ workspace: Workspace, _ store: Store) throws {
    let now = workspace.clock.now().secondsSinceEpoch
    let stability = try workspace.stability(store)
    let header = ["ID", "KIND", "STAGE", "AGE", "COMMIT", "DIRTY", "DATABASE", "NEW", "STATE"]
    var problem: (any Error)?
    let rows = shown.map { entry in
      var isStable = false
      if problem == nil { do { isStable = try stability.reason(of: entry) != nil } catch { problem = error } }
      let state = entry.standing.map { CheckpointText.state($0, isStable: isStable) }
      return [
        entry.id.description, entry.kind.rawValue, entry.stage.map { "\($0.id) \($0.phase.rawValue)" } ?? "-",
        Format.age(now - entry.createdAt.secondsSinceEpoch), entry.head?.short ?? "-",
        "\(entry.dirtyCount)", entry.databaseByteCount.map(Format.bytes) ?? "-",
        Format.bytes(entry.bytesStored),
        (state ?? "damaged") + (entry.tests.map { ", tests \(TestText.word($0))" } ?? ""),
      ]
    }
    if let problem { workspace.console.warning("what release tags make stable is not known: \(problem)") }
    workspace.console.result(Format.table([header] + rows).joined(separator: "\n"))
    for entry in shown.suffix(remarkedCount) {
      guard let remark = entry.standing?.reservation else { continue }
      workspace.console.remark("\(entry.id): \(Format.visible(remark))")
    }
  }
}
