// `checkpoint delete`: deletes checkpoints.

import Checkpoints
import Formatting
import Operations

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
    let console = workspace.console
    let isDry = invocation.has("--dry-run")
    var found: [Manifest] = []
    let deleted = try workspace.session.delete(invocation.operands) { manifests in
      found = manifests
      if isDry || !invocation.has("--yes") { show(manifests, workspace, isResult: isDry) }
      if isDry { return false }
      let question = "delete \(Format.plural(manifests.count, "checkpoint"))?"
      if try console.confirm(question, isAnswered: invocation.has("--yes")) { return true }
      console.remark("nothing was deleted")
      return false
    }
    guard isDry || deleted != nil else { return .failed }
    if console.isJSON {
      try printJSON(found, workspace, isDry: isDry)
    } else if !isDry {
      console.result("deleted \(Format.plural(found.count, "checkpoint"))")
    }
    return .done
  }

  private static func ageSeconds(_ manifest: Manifest, _ workspace: Workspace) -> Int {
    workspace.now.secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch
  }

  private static func show(_ manifests: [Manifest], _ workspace: Workspace, isResult: Bool) {
    let console = workspace.console
    if console.isJSON && isResult { return }
    for manifest in manifests {
      let age = Format.age(ageSeconds(manifest, workspace))
      let line = "\(manifest.id)  \(age)" + (manifest.message.map { "  “\($0)”" } ?? "")
      if isResult { console.result(line) } else { console.question(line) }
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
}
