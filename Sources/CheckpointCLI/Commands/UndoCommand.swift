// `checkpoint undo`: brings back what the last rollback, undo or restore replaced.

import Operations

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
    var request = GoBackRequest(.replaced)
    request.allowsPartial = invocation.has("--partial")
    request.services = workspace.services
    return try workspace.goBack { try workspace.session.goBack(request, decide: $0) }
  }
}
