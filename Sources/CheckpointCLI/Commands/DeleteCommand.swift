// `checkpoint delete`: gives checkpoints up by name.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting

extension Command {
  static let delete = Command(
    name: "delete", operands: [.several("SELECTOR", .checkpoint)], summary: "delete checkpoints",
    details: """
      Git objects that nothing else needs go with the next “git gc”. Contents of databases and
      kept files stay in the store.
      """,
    options: [.flag("-n", "--dry-run", help: "show what would be deleted"), SharedOptions.yes],
    examples: ["checkpoint delete custom-experiment", "checkpoint delete --dry-run stage-01-start"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    return try workspace.alone { store in
      let deletion = Deletion(workspace.project, store)
      // All are found and checked before the first one goes.
      var manifests: [Manifest] = []
      for selector in invocation.operands {
        let manifest = try workspace.select(selector, store)
        try deletion.check(manifest)
        if !manifests.contains(where: { $0.id == manifest.id }) { manifests.append(manifest) }
      }
      let isDry = invocation.has("--dry-run")
      if isDry || !invocation.has("--yes") { show(manifests, workspace, isResult: isDry) }
      if !isDry {
        guard try delete(manifests, with: deletion, workspace, store) else { return .failed }
      }
      if invocation.console.isJSON { try printJSON(manifests, workspace, isDry: isDry) }
      return .done
    }
  }

  /// - Returns: false where somebody does not want it after all.
  private static func delete(
    _ manifests: [Manifest], with deletion: Deletion, _ workspace: Workspace, _ store: Store
  ) throws -> Bool {
    let (console, count) = (workspace.console, Format.plural(manifests.count, "checkpoint"))
    guard try console.confirm("delete \(count)?", isAnswered: workspace.invocation.has("--yes")) else {
      console.remark("nothing was deleted")
      return false
    }
    try dropClones(of: manifests, workspace, store)
    for manifest in manifests {
      try workspace.logged(LoggedOperation(.delete), store) {
        (try deletion.run(manifest), manifest.id.description, nil)
      }
    }
    if !console.isJSON { console.result("deleted \(count)") }
    return true
  }

  private static func ageSeconds(_ manifest: Manifest, _ workspace: Workspace) -> Int {
    workspace.clock.now().secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch
  }

  private static func show(_ manifests: [Manifest], _ workspace: Workspace, isResult: Bool) {
    let console = workspace.console
    if console.isJSON { return }
    for manifest in manifests {
      let age = Format.age(ageSeconds(manifest, workspace))
      let line = "\(manifest.id)  \(age)" + (manifest.message.map { "  “\($0)”" } ?? "")
      if isResult { console.result(line) } else { console.remark(line) }
    }
  }

  private static func printJSON(_ manifests: [Manifest], _ workspace: Workspace, isDry: Bool) throws {
    struct View: Encodable {
      struct Entry: Encodable { var id: String, name: String, kind: Kind, message: String?, ageSeconds: Int }
      var checkpoints: [Entry]
      /// False after a dry run.
      var deleted: Bool
    }
    let entries = manifests.map {
      View.Entry(
        id: $0.id.description, name: $0.name, kind: $0.kind, message: $0.message,
        ageSeconds: ageSeconds($0, workspace))
    }
    try workspace.console.json(View(checkpoints: entries, deleted: !isDry))
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
