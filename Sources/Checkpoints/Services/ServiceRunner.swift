// Runs service commands in the working tree, and passes their output and end to the watcher.

import FileSystem

struct ServiceRunner {
  /// The top of the working tree that they run in.
  let directory: BytePath
  let watcher: any ServiceWatcher

  /// - Parameters:
  ///   - environment: all variables.
  ///   - adjusting: changes how the command runs, compared with a rollback.
  func run(
    _ command: ServiceCommand, _ environment: [String: String],
    adjusting: (inout ShellCommand) -> Void = { _ in }
  ) throws -> ServiceRun {
    watcher.begins(command)
    var shell = ShellCommand(
      command.text, directory: directory, environment: environment, limit: Double(command.limit))
    adjusting(&shell)
    let run = ServiceRun(command: command, outcome: try shell.run { watcher.prints($0) })
    watcher.ended(run)
    return run
  }
}
