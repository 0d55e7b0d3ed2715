// `checkpoint undo`: brings back what the last rollback, undo or restore replaced.

import Checkpoints
import DataSources

extension Command {
  static let undo = Command(
    name: "undo", summary: "bring back what the last rollback replaced",
    details: "What is there now is kept in turn, so a second undo brings that back.",
    options: [
      .flag("-n", "--dry-run", help: "show what would be done"), SharedOptions.partial, SharedOptions.yes,
    ]
      + SharedOptions.services + SharedOptions.database,
    examples: ["checkpoint undo"], exitCodes: rollbackCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    return try workspace.alone { store in
      let catalog = Catalog(store)
      let rescue = try catalog.newest { manifest in
        try manifest.kind == .rescue && manifest.worktree == workspace.project.location.worktreeName
          && catalog.notes(manifest.id).isSpent != true
      }
      guard let rescue else {
        throw UsageError(description: "there is nothing to undo: no rollback has replaced anything")
      }
      return try carryOut(
        RollbackRequest(
          operation: .undo, target: rescue,
          scope: catalog.notes(rescue.id).scope?.reversed { try SourceKinds.takingBack($0) } ?? .everything),
        workspace, store)
    }
  }
}
