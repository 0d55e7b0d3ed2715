// `checkpoint STAGE-PHASE`: a stage's checkpoint.

import Checkpoints
import Operations

extension Command {
  static let stage = Command(
    name: "<stage>-<phase>",
    summary: "take a stage's checkpoint: stage-02-start, -core, -integration, -complete",
    details: """
      The stage's folder is found below stages/: stage-02 stands for stages/stage-02-*. complete first runs
      the command that tests.command names ([tests] command in .checkpointconfig, or git config
      checkpoint.tests.command), for at most tests.timeout seconds (600), and records its result, with the
      counts of JUnit XML, TAP, swift test, jest, vitest, pytest and go test. If it fails, the checkpoint
      is taken all the same, but is not stable, and the exit code is 3.
      """,
    options: [.flag("--no-tests", help: "complete without the tests; not stable unless it is marked so")]
      + takeOptions,
    examples: [
      "checkpoint stage-02-start -m \"before the new schema\"", "checkpoint stage-02-complete",
      "checkpoint stage-02-complete --no-tests",
    ],
    exitCodes: takeCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    guard let stage = try Stage.parse(invocation.word) else {
      throw UsageError(description: "“\(invocation.word)” is not a stage with a phase")
    }
    let resolved = try stage.resolved(in: workspace.worktree)
    let isSkipping = invocation.has("--no-tests")
    if isSkipping && resolved.phase != .complete {
      throw UsageError(description: "--no-tests is for complete: no other phase runs them")
    }
    var request = CaptureRequest(name: try CheckpointName(invocation.word), kind: .stage, stage: resolved)
    request.tests = try workspace.session.runTests(
      of: resolved, named: request.name, isSkipping: isSkipping,
      watcher: TestOutput(console: workspace.console))
    return try take(request, workspace)
  }
}
