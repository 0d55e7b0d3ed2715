// `checkpoint hooks`: installs git's hooks, shows them, takes them away, and is what they run.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials
import Git

extension Command {
  static let hooks = Command(
    name: "hooks", operands: "install|uninstall|status|run [HOOK]… [-- ARGUMENT…]",
    operandCount: 1...Int.max,
    summary: "let git take checkpoints by itself: before commits on the main branch, before releases",
    details: """
      HOOK is pre-commit, pre-push (both by default) or post-checkout. A hook that is there already keeps
      its bytes and is called first. pre-commit takes a checkpoint on the branches of
      checkpoint.hooks.branch (main and master) and lets git go on once the state is recorded and the
      database's snapshot is open. pre-push takes one before a release goes out: a tag that
      checkpoint.releaseTag matches (v*), a branch of checkpoint.hooks.releaseBranch, or a commit whose
      message matches checkpoint.hooks.releaseMessage (release); and it refuses refs/checkpoints/ unless
      checkpoint.push is true. post-checkout says when the database may be another branch's. More
      settings: hooks.wait, hooks.failure (warn or block), hooks.timeout (2 seconds for the database to
      answer), hooks.quiet, hooks.off (not in this repository), each also for one hook as hooks.pre-push.wait. CHECKPOINT=0 in the
      environment switches the hooks off once. “run” is what they call: 0 lets git go on, 1 stops it.
      """,
    options: [
      SharedOptions.yes,
      .flag("--everywhere", help: "uninstall from a directory that all repositories share (core.hooksPath)"),
    ],
    examples: [
      "checkpoint hooks install", "checkpoint hooks install post-checkout", "checkpoint hooks status",
      "checkpoint hooks uninstall",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let (word, rest) = (invocation.operands[0], invocation.operands.dropFirst())
    if word == "run" { return try runHook(Array(rest), invocation.console) }
    let named = try rest.map { name -> GitHook in
      guard let hook = GitHook(rawValue: name) else { throw UsageError.unknownHook(name) }
      return hook
    }
    let setup = try HookSetup(Workspace(invocation))
    switch word {
    case "install": return try setup.install(named.isEmpty ? GitHook.usual : named)
    case "uninstall": return try setup.uninstall(named.isEmpty ? GitHook.allCases : named)
    case "status" where rest.isEmpty: return try setup.show()
    default:
      throw UsageError(
        description: "“\(invocation.operands.joined(separator: " "))” is not understood",
        hints: ["checkpoint hooks install, uninstall, status or run HOOK"])
    }
  }

  private static func runHook(_ words: [String], _ console: Console) throws -> ExitCode {
    let startedAt = MonotonicTime.now
    guard let name = words.first else {
      throw UsageError(
        description: "run needs the name of a hook", hints: ["checkpoint hooks run pre-commit"])
    }
    guard let hook = GitHook(rawValue: name) else { throw UsageError.unknownHook(name) }
    if ProcessEnvironment.variables["CHECKPOINT"] == "0" { return .done }
    // Whoever runs it by hand has nothing to tell it, nor whoever closed it.
    let input = hook == .prePush && !console.canAsk ? (try? FileTree.readInput()) ?? [] : []
    let order = HookOrder(
      hook: hook, arguments: Array(words.dropFirst()), input: Data(input), startedAt: startedAt)
    return try HookFront(order: order, console: console).run()
  }
}

extension UsageError {
  fileprivate static func unknownHook(_ name: String) -> UsageError {
    UsageError(
      description: "“\(name)” is no hook that checkpoint has",
      hints: [GitHook.allCases.map(\.rawValue).joined(separator: ", ")])
  }
}
