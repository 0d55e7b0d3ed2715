// `checkpoint restore`: a part of a checkpoint. What it replaces is kept, as with rollback.

import Checkpoints
import Operations

extension Command {
  static let restore: Command = Command(
    name: "restore",
    summary: "bring back a part: the database, files, configuration or components",
    details: """
      HEAD and the index stay. What is replaced is kept, and “checkpoint undo” brings it back.
      """,
    examples: [
      "checkpoint restore database latest --target-db shop_yesterday",
      "checkpoint restore files stage-02-start src/models ':!*.generated.ts'",
      "checkpoint restore config latest",
      "checkpoint restore components CustomVideo,GoogleMeet stage-02-start",
    ],
    exitCodes: rollbackCodes
  ).with(subcommands: [.restoreDatabase, .restoreFiles, .restoreConfig, .restoreComponents])

  /// Options of the parts that are files.
  static let restoreOptions: [Option] = [
    .flag("-n", "--dry-run", help: "show what would be done"), SharedOptions.yes,
  ]

  /// Restores files.
  /// - Parameter scope: which of those that the checkpoint holds.
  static func restore(
    _ selector: String, _ invocation: Invocation, scope: (RecordedFiles) throws -> OperationScope
  ) throws -> ExitCode {
    let workspace = try Workspace(invocation)
    var request = RestorePartRequest(selector)
    request.keepsUntracked = invocation.has("--keep-untracked")
    request.takesAddresses = invocation.has("--take-address")
    return try workspace.goBack {
      try workspace.session.restorePart(request, scope: scope, decide: $0)
    }
  }
}
