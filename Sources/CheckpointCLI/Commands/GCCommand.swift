// `checkpoint gc`: frees the space of what no checkpoint needs.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let gc = Command(
    name: "gc", summary: "free the space of contents that no checkpoint needs",
    details: """
      What no checkpoint needs is moved to the trash of the store, and removed a day later by the next run;
      checkpoints can be taken and read meanwhile. Git's objects go with the next “git gc”. If a manifest
      cannot be read, nobody knows what its checkpoint needs, and nothing is removed.
      """,
    options: [.flag("--now", help: "remove it at once, if nothing else is at work")],
    examples: ["checkpoint gc", "checkpoint gc --now"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let console = workspace.console
    let result = try workspace.session.collectGarbage(atOnce: invocation.has("--now"))
    if console.isJSON {
      struct View: Encodable {
        var removed: GarbageCollection.Amount, discarded: GarbageCollection.Amount,
          trash: GarbageCollection.Amount, takenBack: Int
      }
      try console.json(
        View(
          removed: result.removed, discarded: result.discarded, trash: result.trash,
          takenBack: result.takenBack))
      return .done
    }
    console.result(GCReport.line(result))
    return .done
  }
}
