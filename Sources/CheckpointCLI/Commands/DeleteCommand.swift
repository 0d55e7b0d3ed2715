// `checkpoint delete`: deletes checkpoints.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let delete = Command(
    name: "delete", operands: [.several("SELECTOR", .checkpoint)], summary: "delete checkpoints",
    details: """
      The space of databases' contents and kept files that no other checkpoint needs is free then. Git
      objects that nothing else needs go with the next “git gc”.
      """,
    options: [.flag("-n", "--dry-run", help: "show what would be deleted"), SharedOptions.yes],
    examples: ["checkpoint delete custom-experiment", "checkpoint delete --dry-run stage-01-start"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    let isDry = invocation.has("--dry-run")
    var found: [Manifest] = []
    let outcome = try workspace.session.delete(invocation.operands) { manifests in
      found = manifests
      if isDry || !invocation.has("--yes") { show(manifests, workspace, isResult: isDry) }
      if isDry { return false }
      let question = "delete \(Format.plural(manifests.count, "checkpoint"))?"
      if try console.confirm(question, isAnswered: invocation.has("--yes")) { return true }
      console.remark("nothing was deleted")
      return false
    }
    guard isDry || outcome != nil else { return .failed }
    let freed = try? outcome?.freed.get()
    if console.isJSON {
      try printJSON(found, workspace, freed: freed, isDry: isDry)
    } else if !isDry {
      let space = freed.flatMap { $0 > 0 ? ", \(Format.bytes($0)) are free" : nil } ?? ""
      console.result("deleted \(Format.plural(found.count, "checkpoint"))\(space)")
    }
    guard case .failure(let error)? = outcome?.freed else { return .done }
    console.warn(Diagnostic(error), "the space is not free yet")
    return .partly
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

  private static func printJSON(_ manifests: [Manifest], _ workspace: Workspace, freed: Int?, isDry: Bool)
    throws
  {
    struct View: Encodable {
      struct Entry: Encodable { var id: String, name: String, kind: Kind, message: String?, ageSeconds: Int }
      var checkpoints: [Entry]
      /// False after a dry run.
      var deleted: Bool
      var freedBytes: Int?
    }
    let entries = manifests.map {
      View.Entry(
        id: $0.id.description, name: $0.name, kind: $0.kind, message: $0.message,
        ageSeconds: ageSeconds($0, workspace))
    }
    try workspace.console.json(View(checkpoints: entries, deleted: !isDry, freedBytes: freed))
  }
}
