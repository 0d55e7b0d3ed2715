// What verification found, checkpoint by checkpoint, and how much was read for it.

package struct VerificationReport: Sendable {
  package struct Finding: Sendable {
    package var checkpoint: String
    package var problems: [String]
    /// What comes back differently.
    package var remarks: [String] = []
    /// True for a rescue that was used up: what it moved aside can no longer be restored from it.
    package var isSpent: Bool
    /// Seconds that a trial restore took; nil if it was not requested, or there is no database.
    package var proofSeconds: Double?

    package init(checkpoint: String, problems: [String], isSpent: Bool = false) {
      (self.checkpoint, self.problems, self.isSpent) = (checkpoint, problems, isSpent)
    }
  }

  package var findings: [Finding]
  package var chunkCount: Int
  package var byteCount: Int
  /// Whether the result was written to the notes, which is impossible in a read-only store.
  package var isRecorded: Bool

  package var damaged: [Finding] { findings.filter { !$0.problems.isEmpty } }
}
