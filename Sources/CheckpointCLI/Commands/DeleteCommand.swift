// `checkpoint delete`: gives checkpoints up by name.

import Checkpoints
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
    let lock = try store.lock(.exclusive, waiting: 2)
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
    for manifest in manifests {
      try workspace.logged("delete", store) { (try deletion.run(manifest), manifest.id.description, nil) }
    }
    try console.outcome("deleted \(count)")
    return .done
  }
}
