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
    let workspace = try Workspace(invocation)
    let setup = ScheduleSetup(workspace.session, program: try FileTree.canonical(DetachedProgram.ownProgram))
    let keeper = try setup.remove(evenEdited: invocation.has("--force"))
    try workspace.console.outcome(
      keeper.map { "removed from \($0.name)" } ?? "no schedule is installed for this project")
    return .done
  }
}
