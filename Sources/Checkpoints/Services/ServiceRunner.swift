// Runs service commands, and lets the watcher hear of them.

import FileSystem

struct ServiceRunner {
  /// The top of the working tree that they are about.
  let directory: BytePath
  let watcher: any ServiceWatcher

  /// - Parameters:
  ///   - environment: all variables.
  ///   - adjusting: what differs from how a command runs in a rollback.
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
