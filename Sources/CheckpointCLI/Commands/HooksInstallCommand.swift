// `checkpoint hooks install`: lets git call us.

import Checkpoints

extension Command {
  static let hooksInstall = Command(
    name: "install", operands: [.any("HOOK", GitHook.names)],
    summary: "install git's hooks (default: pre-commit and pre-push)",
    details: """
      HOOK is pre-commit, pre-push or post-checkout. A hook that is there already keeps its bytes and is
      called first.
      """,
    options: [SharedOptions.yes],
    examples: ["checkpoint hooks install", "checkpoint hooks install post-checkout"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let named = try invocation.operands.map { try GitHook(named: $0) }
    return try HookCommands(Workspace(invocation)).install(named.isEmpty ? GitHook.usual : named)
  }
}
