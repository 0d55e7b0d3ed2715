// What to do about a rollback that does not begin, or that was taken back: its target, services, HEAD, obstacles.

import Checkpoints
import Git
import Operations

extension RollbackProblem: ExplainedError {
  var diagnostic: Diagnostic {
    let hints: [String] =
      switch self {
      case .nothingToRestore: []
      case .sourceNotConfigured:
        ["set DATABASE_URL or give --database URL", "checkpoint restore files brings back only the files"]
      case .nothingPending: []
      case .alreadyPutBack:
        ["checkpoint rollback --abort starts them; with --no-services it leaves them alone"]
      case .submoduleMissing(let path, let isCheckedOut):
        [
          isCheckedOut
            ? "checkpoint restore files brings back the project's own files"
            : "git submodule update --init \(path)"
        ]
      case .otherWorktree(let path, _):
        [
          path == "." ? "run it in the repository's main working tree" : "git worktree list shows where it is"
        ]
      case .revertFailed:
        ["checkpoint rollback --abort tries again to put it back", "checkpoint rollback --continue goes on"]
      }
    return Diagnostic("\(self)", hints: hints)
  }
}

extension ServiceFailure: ExplainedError {
  var diagnostic: Diagnostic {
    let wasReplaced = run.command.step != .stop
    var hints = ["--no-services does without these commands"]
    if case .timedOut = run.outcome.ending {
      hints.append(
        "more time: git config \(run.command.step.timeout.setting.inGit()) SECONDS")
    }
    return Diagnostic(
      "\(self)",
      causes: [wasReplaced ? "everything was put back as it was before" : "nothing was replaced"],
      hints: hints, code: !wasReplaced && run.outcome.ending == .interrupted ? .interrupted : .failed)
  }
}

extension UntrustedCommands: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)", causes: commands.map { "\($0.key) = \($0.text)" },
      hints: [
        "checkpoint trust shows them and records your consent",
        purpose == .services
          ? "--no-services does without them"
          : "--no-tests completes the stage without them, which does not make it stable",
      ])
  }
}

extension HeadDestination.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    let hints: [String] =
      switch self {
      case .branchInUse: ["without --branch HEAD is detached at the checkpoint"]
      case .unbornNeedsBranch:
        ["--branch takes the branch back to having no commit; its commits stay in the rescue"]
      case .commitMissing: ["checkpoint verify shows what else is missing"]
      }
    return Diagnostic("\(self)", hints: hints)
  }
}

extension GoBackProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .nothingToUndo: Diagnostic("\(self)", code: .usage)
    case .releaseHasNoBranch:
      Diagnostic(
        "\(self)", hints: ["without --branch HEAD is detached at the tag, as git checkout does"], code: .usage
      )
    case .nothingToRehearse:
      Diagnostic("\(self)", hints: ["checkpoint list shows what there is"], code: .usage)
    }
  }
}

extension NoRelease: ExplainedError {
  var diagnostic: Diagnostic {
    var diagnostic = Diagnostic(problem)
    let now = patterns.isEmpty ? "none now" : "now \(patterns.joined(separator: " "))"
    diagnostic.hints.append(
      "a release tag (checkpoint.releaseTag, \(now)) would be restored without a checkpoint, git only")
    return diagnostic
  }
}

extension UnknownComponent: ExplainedError {
  var diagnostic: Diagnostic {
    let hint =
      known.isEmpty
      ? "in \(Settings.fileName): [component \"\(name)\"] with path = DIRECTORY"
      : "components: \(known.joined(separator: ", "))"
    return Diagnostic("\(self)", hints: [hint], code: .usage)
  }
}
