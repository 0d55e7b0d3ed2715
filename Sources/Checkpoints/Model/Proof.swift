// What came of really restoring a checkpoint's databases and comparing them with what was recorded.

import FileSystem

package struct Proof: Codable, Sendable {
  package var at: Timestamp
  package var seconds: Double
  /// What differed from what was recorded; empty for a checkpoint that restores.
  package var problems: [String]
  /// What comes back otherwise than it was recorded, such as a foreign key that its rows break.
  package var remarks: [String]?

  package var isGood: Bool { problems.isEmpty }
}
