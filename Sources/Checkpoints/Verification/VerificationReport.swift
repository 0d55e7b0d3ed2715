// What verification found, checkpoint by checkpoint, and how much was read for it.

package struct VerificationReport: Sendable {
  package struct Finding: Sendable {
    package var checkpoint: String
    package var problems: [String]
    /// What comes back, but not as it was.
    package var remarks: [String] = []
    /// Its databases were not restored, because the user does not vouch for the file that they came out of.
    package var unvouched: UnvouchedFile?
    /// A rescue that was used up: it cannot bring back any more what was moved aside.
    package var isSpent: Bool
    /// Seconds that really restoring it took; nil if that was not asked for, or there is no database.
    package var proofSeconds: Double?

    package init(checkpoint: String, problems: [String], isSpent: Bool = false) {
      (self.checkpoint, self.problems, self.isSpent) = (checkpoint, problems, isSpent)
    }
  }

  package var findings: [Finding]
  package var chunkCount: Int
  package var byteCount: Int
  /// Whether it could be noted: a store that can only be read has no notes of it.
  package var isRecorded: Bool

  package var damaged: [Finding] { findings.filter { !$0.problems.isEmpty } }
}
