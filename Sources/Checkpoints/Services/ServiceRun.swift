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
