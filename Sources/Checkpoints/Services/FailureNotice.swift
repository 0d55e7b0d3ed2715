// The user's command that runs if something failed in the background (`[notify] command`): a message on the desktop, a line in a
// chat. Its own outcome is ignored.

import FileSystem

package struct FailureNotice {
  private let settings: Settings
  private let directory: BytePath
  private let environment: [String: String]
  private let isTrusted: Bool

  /// - Parameter isTrusted: whether commands of the committed file may run.
  package init(_ project: Project, isTrusted: Bool) {
    (settings, directory, environment) = (project.settings, project.location.worktree, project.environment)
    self.isTrusted = isTrusted
  }

  /// - Parameters:
  ///   - operation: what failed.
  ///   - message: why, without secrets.
  package func send(operation: LoggedOperation, message: String) {
    guard let text = settings[.notifyCommand], isTrusted || !settings.isFromCommittedFile(.notifyCommand),
      let limit = try? settings[.notifyTimeout]
    else { return }
    var environment = CommandEnvironment.inherited(from: self.environment)
    environment["CHECKPOINT_EVENT"] = "failed"
    environment["CHECKPOINT_OPERATION"] = "\(operation)"
    environment["CHECKPOINT_MESSAGE"] = message
    environment["CHECKPOINT_PROJECT"] = "\(directory)"
    var command = ShellCommand(text, directory: directory, environment: environment, limit: Double(limit))
    command.interrupting = .endsEverything
    _ = try? command.run()
  }
}
