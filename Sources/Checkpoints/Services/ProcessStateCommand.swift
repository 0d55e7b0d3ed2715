// The project's command that lists which processes run when a checkpoint is taken (`pm2 jlist`, `docker compose ps`). Its output
// is for people to read: nothing is restored from it, and its failure fails no checkpoint.

import FileSystem

package struct ProcessStateCommand: Sendable {
  /// Bytes of output that are searched for secrets. What comes before them is not kept.
  private static let examined = 1 << 20

  package var text: String
  /// Seconds.
  package var limit: Int
  package var directory: BytePath
  /// The variables that it inherits.
  package var environment: [String: String]
  /// Known secrets, such as the database's password, which are masked wherever they occur.
  package var secrets: [String] = []

  package init(text: String, limit: Int, in project: Project) {
    (self.text, self.limit) = (text, limit)
    (directory, environment) = (project.location.worktree, project.environment)
  }

  func run(_ environment: CommandEnvironment) throws -> ProcessState {
    var command = ShellCommand(
      text, directory: directory, environment: environment.variables(over: self.environment),
      limit: Double(limit))
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

  /// The last bytes, beginning with a whole character.
  private static func tail(of bytes: [UInt8]) -> String {
    String(decoding: bytes.suffix(ProcessState.limit).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
  }
}
