// The tests of a stage that is to be completed.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

extension Workspace {
  /// Runs the tests of a stage that is to be completed, if there are any and they are wanted.
  func tests(of stage: Stage, named name: CheckpointName) throws -> TestRun? {
    let isWanted = !invocation.has("--no-tests")
    guard stage.phase == .complete else {
      if isWanted { return nil }
      throw UsageError(description: "--no-tests is for complete: no other phase runs them")
    }
    guard var command = try TestCommand(project.settings) else { return nil }
    if !isWanted { return command.skipped }
    if try project.settings.isFromCommittedFile(.testCommand) && !isTrusted {
      throw UntrustedCommands(
        [(SettingKey.testCommand.setting.shown(), Format.visible(command.text))],
        without: "--no-tests completes the stage without them, which does not make it stable")
    }
    // What would fail in any case had better fail before.
    try JournalFile(openOrCreateStore()).requireNone()
    command.secrets =
      try allSources().flatMap(\.source.secrets)
      + [ProcessEnvironment.variables["PGPASSWORD"]].compactMap { $0 }
    command.secrets += DotEnv.secrets(in: worktree)
    if !console.isQuiet { Console.say("tests: \(Format.visible(command.text))", to: 2) }
    var last: UInt8 = 0x0A
    let run = try command.run(for: name, of: stage, in: worktree) { piece in
      guard !console.isQuiet else { return }
      Console.pass(piece, to: 2)
      last = piece.last ?? last
    }
    if last != 0x0A { Console.say("", to: 2) }
    if console.isQuiet && run.outcome.isFailure {
      for line in (run.tail ?? "").split(separator: "\n").suffix(20) {
        Console.say(Format.visible(String(line)), to: 2)
      }
    }
    return run
  }
}
