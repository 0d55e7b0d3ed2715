// What became of a service command.

import FileSystem

package struct ServiceRun: Sendable {
  package var command: ServiceCommand
  package var outcome: ShellCommand.Outcome

  package var succeeded: Bool { outcome.succeeded }

  package var description: String {
    let name = "the \(command.step.rawValue) command"
    return switch outcome.ending {
    case .exited(let code): "\(name) ended with exit code \(code)"
    case .signalled(let number): "\(name) was ended by signal \(number)"
    case .timedOut: "\(name) was not done after \(command.limit) s and was ended"
    case .interrupted: "\(name) was interrupted"
    }
  }
}

/// A command failed, so the operation did not happen, or was taken back.
package struct ServiceFailure: Error, Sendable, CustomStringConvertible {
  package var run: ServiceRun
  package var description: String { run.description }
}

/// Commands of the repository that the user has not agreed to.
package struct UntrustedCommands: Error, Sendable, CustomStringConvertible {
  package var commands: [(key: String, text: String)]
  /// How to do without them.
  package var without: String
  package var description: String {
    "\(Settings.fileName) wants to run commands that you have not agreed to"
  }

  package init(
    _ commands: [(key: String, text: String)], without: String = "--no-services does without them"
  ) {
    (self.commands, self.without) = (commands, without)
  }
}

/// Hears of service commands while they run.
package protocol ServiceWatcher: Sendable {
  func begins(_ command: ServiceCommand)
  func prints(_ bytes: UnsafeRawBufferPointer)
  func ended(_ run: ServiceRun)
  /// A command failed on the way back, which goes on.
  func warns(_ text: String)
}
