// A command of the user (`[notify] command`) that runs when something failed in the background: it may show a message on the
// desktop or write to a chat. Its output and exit code are ignored.

import FileSystem

package struct FailureNotice {
  private let settings: Settings
  private let directory: BytePath
  private let isTrusted: Bool

  /// - Parameter isTrusted: whether commands of the committed file may run.
  package init(_ settings: Settings, _ directory: BytePath, isTrusted: Bool) {
    (self.settings, self.directory, self.isTrusted) = (settings, directory, isTrusted)
  }

  /// - Parameters:
  ///   - operation: what failed: “hook pre-commit”, “worker”.
  ///   - message: why, without secrets.
  package func send(operation: String, message: String) {
    guard let text = settings[.notifyCommand], isTrusted || !settings.isFromCommittedFile(.notifyCommand),
      let limit = try? settings[.notifyTimeout]
    else { return }
    var environment = CommandEnvironment.inherited
    environment["CHECKPOINT_EVENT"] = "failed"
    environment["CHECKPOINT_OPERATION"] = operation
    environment["CHECKPOINT_MESSAGE"] = message
    environment["CHECKPOINT_PROJECT"] = "\(directory)"
    var command = ShellCommand(text, directory: directory, environment: environment, limit: Double(limit))
    command.interrupting = .endsEverything
    _ = try? command.run()
  }
}
