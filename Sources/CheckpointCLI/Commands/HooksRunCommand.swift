// `checkpoint hooks run`: called by git's hooks.

import Checkpoints
import FileSystem
import FoundationEssentials

extension Command {
  static let hooksRun = Command(
    name: "run", operands: [.one("HOOK", GitHook.names), .any("ARGUMENT")],
    summary: "do what a hook has to do; the installed hooks and other programs' hooks call it",
    details: "What git gives to its hook follows “--”. Exit code 0 lets git go on, 1 stops it.",
    examples: ["checkpoint hooks run pre-commit", "checkpoint hooks run pre-push -- \"$@\""],
    exitCodes: [.done, .failed, .usage]
  ) { invocation in
    let startedAt = MonotonicTime.now
    let hook = try GitHook(named: invocation.operands[0])
    if ProcessEnvironment.variables["CHECKPOINT"] == "0" { return .done }
    let console = invocation.console
    // A user who runs it by hand has no list of refs to give, and standard input may be closed.
    let input = hook == .prePush && !console.canAsk ? (try? FileTree.readInput()) ?? [] : []
    let order = HookOrder(
      hook: hook, arguments: Array(invocation.operands.dropFirst()), input: Data(input), startedAt: startedAt)
    return try HookFront(order: order, console: console).run()
  }
}
