// What users are told while they are not looking.

import FileSystem

package struct Notice: Sendable, Encodable {
  package enum Event: String, Sendable, Encodable {
    case failed
    /// It works again after it failed.
    case recovered
    /// It was done, and something about it is not as it should be.
    case warning
    case succeeded
    /// The user asked whether notices arrive.
    case test
  }

  package var event: Event
  /// What it is about, as the log calls it.
  package var operation: String
  /// One line, without secrets.
  package var message: String
  /// The top of the working tree.
  package var project: String
  package var host: String
  package var at: Timestamp
  package var checkpoint: String?

  init(
    _ event: Event, _ operation: LoggedOperation, _ message: String, _ project: Project, at time: Timestamp,
    checkpoint: CheckpointID? = nil
  ) {
    (self.event, self.operation, at) = (event, "\(operation)", time)
    self.message = Self.oneLine(Redaction.redacted(message))
    self.project = "\(project.location.worktree)"
    self.checkpoint = checkpoint?.description
    host = HostName.current
  }

  /// Without what would end a line, or move a terminal's cursor: the text of a server, or of a file that came with the repository, may
  /// be in it.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: " "
          default: scalar
          }
        }))
  }

  /// “checkpoint of shop: schedule full failed”
  var title: String {
    let name = Self.oneLine("\(BytePath(project).lastComponent)")
    let words =
      switch event {
      case .failed: "\(operation) failed"
      case .recovered: "\(operation) works again"
      case .warning: "\(operation): a warning"
      case .succeeded: "\(operation) succeeded"
      case .test: "this is a test"
      }
    return "checkpoint of \(name): \(words)"
  }

  /// The title, the message, and where it happened.
  var text: String { "\(title)\n\(message)\n\(project) on \(host), \(at.shown)" }
}
