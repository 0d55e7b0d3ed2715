// Which processes ran when a checkpoint was taken, as a command of the project's shows it. It is for people to read.

package struct ProcessState: Codable, Sendable {
  package static let limit = 64 << 10

  package var command: String
  /// nil where it did not end by itself.
  package var exitCode: Int32?
  package var seconds: Double
  /// What it printed, without secrets; its end where it was long. Lists leave it out.
  package var output: String?
  package var truncated: Bool
  /// Why it says little, where it failed.
  package var problem: String?
}
