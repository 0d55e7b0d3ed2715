// `checkpoint delete`: gives checkpoints up by name.

import Checkpoints
import ChunkStore
import FileSystem

extension Command {
  static let delete = Command(
    name: "delete", operands: "SELECTOR…", operandCount: 1...Int.max, summary: "give checkpoints up",
    details: """
      What nothing else needs of their git objects goes with the next “git gc”. Contents of databases and
      kept files stay in the store.
      """,
    options: [.flag("-n", "--dry-run", help: "show what would be deleted"), SharedOptions.yes],
    examples: ["checkpoint delete custom-experiment", "checkpoint delete --dry-run stage-01-start"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let lock = try workspace.lockAlone(store)
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    let deletion = Deletion(workspace.project, store)
    // All are found and checked before the first one goes.
    var manifests: [Manifest] = []
    for selector in invocation.operands {
      let manifest = try workspace.select(selector, store)
      try deletion.check(manifest)
      if !manifests.contains(where: { $0.id == manifest.id }) { manifests.append(manifest) }
    }
    let console = workspace.console
    let isDry = invocation.has("--dry-run")
    if isDry || !invocation.has("--yes") {
      for manifest in manifests {
        let age = workspace.clock.now().secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch
        let line = "\(manifest.id)  \(Format.age(age))" + (manifest.message.map { "  “\($0)”" } ?? "")
        if isDry { console.result(line) } else { console.remark(line) }
      }
    }
    if isDry { return .done }
    let count = Format.plural(manifests.count, "checkpoint")
    guard try console.confirm("delete \(count)?", isAnswered: invocation.has("--yes")) else {
      console.remark("nothing was deleted")
      return .failed
    }
    try dropClones(of: manifests, workspace, store)
    for manifest in manifests {
      try workspace.logged("delete", store) { (try deletion.run(manifest), manifest.id.description, nil) }
    }
    try console.outcome("deleted \(count)")
    return .done
  }

  /// Nobody would know of them once their checkpoint is gone.
  private static func dropClones(of manifests: [Manifest], _ workspace: Workspace, _ store: Store) throws {
    for manifest in manifests {
      guard let warm = try Catalog(store).notes(manifest.id).warm else { continue }
      do { try workspace.clones(store).drop(manifest.id) } catch {
        let names = warm.map(\.database).joined(separator: ", ")
        workspace.console.warning("the warm clone \(names) could not be dropped, and stays: \(error)")
      }
    }
  }
}
