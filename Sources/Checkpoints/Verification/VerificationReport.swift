// What verification found, checkpoint by checkpoint, and how much was read for it.

package struct VerificationReport: Sendable {
  package struct Finding: Sendable {
    package var checkpoint: String
    package var problems: [String]
    /// What comes back otherwise than it was.
    package var remarks: [String] = []
    /// Its databases were not restored, because the user does not vouch for the file that they came out of.
    package var unvouched: UnvouchedFile?
    /// A rescue that has been used up: what it moved aside is not to be had from it any more.
    package var isSpent: Bool
    /// What really restoring it took; nil where nobody asked for it, or there is no database.
    package var proofSeconds: Double?

    package init(checkpoint: String, problems: [String], isSpent: Bool = false) {
      (self.checkpoint, self.problems, self.isSpent) = (checkpoint, problems, isSpent)
    }
  }

  package var findings: [Finding]
  package var chunkCount: Int
  package var byteCount: Int
  /// Whether it stands in the notes: not in those of a store that can only be read.
  package var isRecorded: Bool

  package var damaged: [Finding] { findings.filter { !$0.problems.isEmpty } }
}
