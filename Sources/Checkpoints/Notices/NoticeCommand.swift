// A notice by the user's command (`[notify] command`): a message on the desktop, a line in a chat. The facts are in its environment, and
// on its standard input as JSON.

import FileSystem

struct NoticeCommand: NoticeWay {
  private let text: String
  private let directory: BytePath
  private let environment: [String: String]
  private let limit: Int

  let name = "command"

  /// nil if there is none, or it came with the repository and the user has not agreed to it.
  init?(_ project: Project, isTrusted: Bool) throws {
    let settings = project.settings
    guard let text = settings[.notifyCommand], isTrusted || !settings.isFromCommittedFile(.notifyCommand)
    else { return nil }
    (self.text, directory, environment) = (text, project.location.worktree, project.environment)
    // What comes with the repository has no say in the user's own command.
    limit =
      try settings.isFromCommittedFile(.notifyCommand)
      ? settings[.notifyTimeout] : settings.own(.notifyTimeout, in: nil) ?? SettingKey.notifyTimeout.usual
  }

  func send(_ notice: Notice) throws {
    var environment = CommandEnvironment.inherited(from: self.environment)
    environment["CHECKPOINT_EVENT"] = notice.event.rawValue
    environment["CHECKPOINT_OPERATION"] = notice.operation
    environment["CHECKPOINT_MESSAGE"] = notice.message
    environment["CHECKPOINT_PROJECT"] = notice.project
    environment["CHECKPOINT_ID"] = notice.checkpoint
    var command = ShellCommand(text, directory: directory, environment: environment, limit: Double(limit))
    command.interrupting = .endsEverything
    command.input = try JSON.encodeCompactly(notice) + [0x0A]
    let outcome = try command.run()
    switch outcome.ending {
    case .exited(0): return
    case .timedOut: throw NoticeProblem(reason: "it did not finish within \(limit) s")
    case .exited(let code): throw NoticeProblem(reason: "exit code \(code)\(Self.last(outcome.output))")
    case .signalled(let number): throw NoticeProblem(reason: "signal \(number) ended it")
    case .interrupted: throw Interrupted()
    }
  }

  /// The last line that it printed, after a colon.
  private static func last(_ output: [UInt8]) -> String {
    guard let line = output.split(separator: 0x0A).last else { return "" }
    return ": \(Redaction.redacted(String(decoding: line, as: UTF8.self)))"
  }
}
