// `checkpoint schedule remove`: takes the jobs away from the clock.

import Checkpoints
import FileSystem
import Operations
import Scheduling

extension Command {
  static let scheduleRemove = Command(
    name: "remove", summary: "take the jobs away again",
    options: [.flag("--force", help: "even if the lines were edited by hand")],
    examples: ["checkpoint schedule remove"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    SystemZone.use()
    let workspace = try Workspace(invocation)
    let setup = ScheduleSetup(workspace.session, program: try FileTree.canonical(DetachedProgram.ownProgram))
    guard let removed = try setup.remove(evenEdited: invocation.has("--force")) else {
      try workspace.console.outcome("no schedule is installed for this project")
      return .done
    }
    try workspace.console.outcome(
      removed.wasThere
        ? "removed from \(removed.keeper.name)" : "it was gone from \(removed.keeper.name) already")
    return .done
  }
}
