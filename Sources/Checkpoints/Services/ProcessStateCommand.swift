// Runs the project's command that lists running processes (`pm2 jlist`, `docker compose ps`) when a checkpoint is taken. The
// list is only for people to read: nothing is restored from it, and if the command fails the checkpoint does not.

import FileSystem

package struct ProcessStateCommand: Sendable {
  /// More output is not searched for secrets, and what is cut off is not kept.
  private static let examined = 1 << 20

  package var text: String
  /// Seconds.
  package var limit: Int
  package var directory: BytePath
  /// Known secrets, such as the database's password. They are masked wherever they occur.
  package var secrets: [String] = []

  package init(text: String, limit: Int, directory: BytePath) {
    (self.text, self.limit, self.directory) = (text, limit, directory)
  }

  func run(_ environment: CommandEnvironment) throws -> ProcessState {
    var command = ShellCommand(
      text, directory: directory, environment: environment.variables, limit: Double(limit))
    command.keptByteCount = Self.examined
    command.interrupting = .endsEverything
    let label = Redaction.redacted(text)
    do {
      let outcome = try command.run()
      let text = String(decoding: outcome.output, as: UTF8.self)
      let output = Array(Redaction.redacted(text, masking: secrets).utf8)
      var state = ProcessState(
        command: label, exitCode: nil, seconds: outcome.seconds, output: Self.tail(of: output),
        truncated: outcome.isCutShort || output.count > ProcessState.limit)
      switch outcome.ending {
      case .exited(let code):
        state.exitCode = code
        if code != 0 { state.problem = "it ended with exit code \(code)" }
      case .signalled(let number): state.problem = "it was ended by signal \(number)"
      case .timedOut: state.problem = "it was not done after \(limit) s and was ended"
      case .interrupted: throw Interrupted()
      }
      return state
    } catch let error as SystemError {
      return ProcessState(
        command: label, exitCode: nil, seconds: 0, output: "", truncated: false, problem: "\(error)")
    }
  }

  /// The end of the output, starting with a whole character.
  private static func tail(of bytes: [UInt8]) -> String {
    String(decoding: bytes.suffix(ProcessState.limit).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
  }
}
