// `checkpoint warm list`: the warm clones, and databases that look like one.

extension Command {
  static let warmList = Command(
    name: "list", summary: "list the warm clones and whether each can still be used",
    options: SharedOptions.database, examples: ["checkpoint warm list"],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (clones, strays) = try workspace.session.warmClones()
    try WarmText.list(clones, strays, now: workspace.now, workspace.console)
    return .done
  }
}
