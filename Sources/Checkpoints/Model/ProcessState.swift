// Which processes ran when a checkpoint was taken, as listed by a command of the project. It is only for people to read.

package struct ProcessState: Codable, Sendable {
  package static let limit = 64 << 10

  package var command: String
  /// nil if it was ended by a signal or a limit.
  package var exitCode: Int32?
  package var seconds: Double
  /// What it printed, without secrets; if it was long, only its end. Lists leave it out.
  package var output: String?
  package var truncated: Bool
  /// Why it failed; nil if it did not.
  package var problem: String?
}
