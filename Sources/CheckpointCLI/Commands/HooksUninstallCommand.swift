// `checkpoint hooks uninstall`: takes our hooks away and puts earlier ones back.

import Checkpoints

extension Command {
  static let hooksUninstall = Command(
    name: "uninstall", operands: [.any("HOOK", GitHook.names)],
    summary: "take the hooks away (default: all); earlier ones come back",
    options: [
      .flag("--everywhere", help: "uninstall from a directory that all repositories share (core.hooksPath)")
    ],
    examples: ["checkpoint hooks uninstall"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let named = try invocation.operands.map { try GitHook(named: $0) }
    return try HookCommands(Workspace(invocation)).uninstall(named.isEmpty ? GitHook.allCases : named)
  }
}
