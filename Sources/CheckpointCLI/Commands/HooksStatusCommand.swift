// `checkpoint hooks status`: which hooks git has, and what they do.

extension Command {
  static let hooksStatus = Command(
    name: "status", summary: "show which hooks are installed", examples: ["checkpoint hooks status"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    try HookCommands(Workspace(invocation)).show()
  }
}
