// The result of restoring a checkpoint's databases in a trial and comparing them with what was recorded.

import FileSystem

package struct Proof: Codable, Sendable {
  package var at: Timestamp
  package var seconds: Double
  /// What differed from what was recorded; empty if the checkpoint restores.
  package var problems: [String]
  /// What comes back differently, such as a foreign key that its rows violate.
  package var remarks: [String]?

  package var isGood: Bool { problems.isEmpty }
}
