// `checkpoint status`: where the work stands.

import Operations

extension Command {
  static let status = Command(
    name: "status", summary: "say where the work stands",
    details:
      """
      The last checkpoint, what has changed since, the store's size, free disk, an interrupted
      operation; databases that were moved aside, warm clones, and what goes on or went wrong in the
      background.
      """,
    options: SharedOptions.database, examples: ["checkpoint status", "checkpoint status --json"]
  ) { invocation in
    let report = StatusReport(try Workspace(invocation).session.standing())
    if invocation.console.isJSON {
      try invocation.console.json(report)
    } else {
      StatusText.show(report, invocation.console)
    }
    return .done
  }
}
