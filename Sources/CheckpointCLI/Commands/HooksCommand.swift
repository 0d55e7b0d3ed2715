// `checkpoint hooks`: git's hooks, which take checkpoints by themselves.

import Checkpoints

extension Command {
  static let hooks = Command(
    name: "hooks",
    summary: "let git take checkpoints by itself: before commits on the main branch, before releases",
    details: """
      pre-commit takes a checkpoint on the branches of checkpoint.hooks.branch (main and master) and lets
      git go on once the state is recorded and the database's snapshot is open. pre-push takes one before
      a release goes out: a tag that checkpoint.releaseTag matches (v*), a branch of
      checkpoint.hooks.releaseBranch, or a commit whose message matches checkpoint.hooks.releaseMessage
      (release); and it refuses refs/checkpoints/ unless checkpoint.push is true. post-checkout says when
      the database may be another branch's. More settings: hooks.wait, hooks.failure (warn or block),
      hooks.timeout (2 seconds for the database to answer), hooks.quiet, hooks.off (not in this
      repository), each also for one hook as hooks.pre-push.wait. CHECKPOINT=0 in the environment switches
      the hooks off once.
      """,
    examples: [
      "checkpoint hooks install", "checkpoint hooks install post-checkout", "checkpoint hooks status",
      "checkpoint hooks uninstall",
    ],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ).with(subcommands: [.hooksInstall, .hooksUninstall, .hooksStatus, .hooksRun])
}

extension GitHook {
  /// - Throws: a usage error, which names the hooks that there are.
  init(named name: String) throws {
    guard let hook = GitHook(rawValue: name) else {
      throw UsageError(
        description: "“\(name)” is no hook that checkpoint has",
        hints: [GitHook.allCases.map(\.rawValue).joined(separator: ", ")])
    }
    self = hook
  }

  static var names: ValueKind { .words(allCases.map(\.rawValue)) }
}
