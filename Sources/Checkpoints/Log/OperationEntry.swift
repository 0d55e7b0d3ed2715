// One line of the log. Its keys and texts are read by tools, so they never change.

import FileSystem

package struct OperationEntry: Codable, Sendable, Equatable {
  package var at: Timestamp
  package var operation: LoggedOperation
  /// The checkpoint that was taken, restored, or looked at.
  package var checkpoint: String?
  /// The kind of checkpoint that was to be taken; nil for other operations, and in entries of earlier versions.
  package var kind: String?
  /// What made it run; nil in entries of earlier versions.
  package var cause: String?
  package var seconds: Double
  package var bytesStored: Int?
  package var outcome: OperationOutcome

  private enum CodingKeys: String, CodingKey {
    case at, operation, checkpoint, kind, cause, seconds, bytesStored
    case outcome = "result"
  }

  package init(
    at: Timestamp, operation: LoggedOperation, checkpoint: String?, kind: Kind? = nil,
    cause: OperationCause = .hand, seconds: Double, bytesStored: Int? = nil, outcome: OperationOutcome
  ) {
    (self.at, self.operation, self.checkpoint, self.kind) = (at, operation, checkpoint, kind?.rawValue)
    self.cause = cause.rawValue
    (self.seconds, self.bytesStored, self.outcome) = (seconds, bytesStored, outcome)
  }
}
