// `checkpoint run -- COMMAND…`: takes a checkpoint, runs the command, and goes back if it fails and the user agrees.

import Checkpoints
import FileSystem
import Operations

extension Command {
  static let run = Command(
    name: "run", operands: [.one("-- COMMAND", .program), .any("ARGUMENT", .program)],
    summary: "take a checkpoint, run a command (a migration, say), and offer the way back if it fails",
    details: """
      The command gets this terminal, and CHECKPOINT_ID in its environment. Standard output is left to it;
      with --json the checkpoint is printed there, and the command writes to standard error. Its exit code
      is passed on, whether it was rolled back or not. If it fails and there is no terminal to ask on, the
      command that leads back is shown; --rollback-on-failure goes back at once.
      """,
    options: [
      .value("--name", as: "NAME", help: "the checkpoint's name (default: before-run)"),
      .flag("--rollback-on-failure", help: "go back at once if the command fails"),
      SharedOptions.noServices,
    ] + takeOptions,
    examples: [
      "checkpoint run -- npm run migrate",
      "checkpoint run --name before-0042 --rollback-on-failure -- ./manage.py migrate",
    ],
    exitCodes: takeCodes + [.notFound]
  ) { invocation in
    let words = invocation.operands.map { BytePath($0) }
    guard ForegroundProgram.canRun(words[0], environment: ProcessEnvironment.variables) else {
      throw Diagnostic(
        "no program called \(words[0]) can be started", hints: ["no checkpoint was taken"], code: .notFound)
    }
    let isJSON = invocation.console.isJSON
    var invocation = invocation
    invocation.console.hasNoResult = true
    let workspace = try Workspace(invocation)
    // A missing consent is reported now, and not after the command has failed.
    if invocation.has("--rollback-on-failure") { _ = try workspace.session.services(workspace.services) }
    let name = try CheckpointName(invocation.value("--name") ?? "before-run")
    let taken = try taken(CaptureRequest(name: name, kind: .custom), workspace)
    let id = taken.manifest.id
    // The command's output must come after ours.
    var environment = ProcessEnvironment.variables
    environment["CHECKPOINT_ID"] = id.description
    let code = try ForegroundProgram.run(words, environment: environment, output: isJSON ? 2 : 1)
    // The JSON document has been printed: from now on there are only remarks.
    invocation.console.isJSON = false
    if code != 0 {
      try wayBack(to: taken.manifest, after: code, words, Workspace(invocation, workspace.project))
    }
    return ExitCode(rawValue: code)
  }

  /// Seconds to wait for what the command may have left running.
  private static let patience = 10.0

  /// Nothing that goes wrong here hides the command's exit code.
  private static func wayBack(
    to target: Manifest, after code: Int32, _ words: [BytePath], _ workspace: Workspace
  ) throws {
    let console = workspace.console
    console.warning("\(words[0]) ended with exit code \(code)")
    let line = "checkpoint rollback \(target.id)"
    do {
      if !workspace.invocation.has("--rollback-on-failure") {
        guard console.canAsk,
          try console.confirm("go back to \(target.id)?", isAnswered: false)
        else { return console.hint(line) }
      }
      var request = GoBackRequest(.checkpoint(target))
      request.services = workspace.services
      _ = try workspace.goBack(isAnswered: true) {
        try workspace.session.goBack(request, patience: Self.patience, decide: $0)
      }
    } catch {
      console.report(Diagnostic(error))
      console.hint(line)
    }
  }
}
