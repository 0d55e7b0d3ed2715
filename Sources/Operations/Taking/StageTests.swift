// The tests of a stage that is to be completed. They run before the checkpoint is taken, and decide whether it is stable.

import Checkpoints
import DataSources
import FileSystem
import Formatting

extension ProjectSession {
  /// Runs the tests of a stage, if it is to be completed and the settings have a command for them.
  /// - Parameter isSkipping: the user does not want them to run; that is recorded.
  /// - Returns: nil if there is nothing to run.
  package func runTests(
    of stage: Stage, named name: CheckpointName, isSkipping: Bool, watcher: some TestWatcher
  ) throws -> TestRun? {
    guard stage.phase == .complete, var command = try TestCommand(project.settings) else { return nil }
    if isSkipping { return command.skipped }
    if try project.settings.isFromCommittedFile(.testCommand) && !isTrusted {
      throw UntrustedCommands(
        [(SettingKey.testCommand.setting.shown(), Format.visible(command.text))], of: .tests)
    }
    return try covered {
      // What would fail in any case had better fail before.
      try JournalFile(openOrCreateStore()).requireNone()
      command.secrets = secrets(of: try find(for: .looking).map(\.source))
      watcher.begins(command.text)
      let run = try command.run(for: name, of: stage, in: project) { watcher.prints($0) }
      watcher.ended(run)
      return run
    }
  }
}
