// The part of a report that is about one stage: its checkpoints, what changed from phase to phase, and what is still to be
// done.

package struct StageReport: Codable, Sendable {
  package struct OpenPoint: Codable, Sendable, Hashable {
    /// The heading above it; empty if there is none.
    package var part: String
    package var text: String
  }

  /// The short form, `stage-02`.
  package var id: String
  package var slug: String
  /// Oldest first.
  package var checkpoints: [Report.Checkpoint]
  /// What changed from phase to phase. A phase that was repeated counts once.
  package var steps: [Report.Step]
  /// From the first checkpoint to the last; nil if there is only one.
  package var whole: Report.Step?
  /// From the stage's progress.md of today, else what was recorded last; nil if there is none.
  package var progress: StageProgress?
  /// What the present progress.md shows as not done.
  package var openPoints: [OpenPoint]

  package var phase: Phase? { checkpoints.last?.phase }
  /// Whether the stage is complete and its tests have not failed. They may not have been run.
  package var isComplete: Bool { phase == .complete && latest?.tests?.outcome.isFailure != true }
  package var latest: Report.Checkpoint? { checkpoints.last }
  /// The newest run of the tests.
  package var tests: TestRun? { checkpoints.last { $0.tests != nil }?.tests }
  package var storage: Report.Storage { checkpoints.reduce(Report.Storage()) { $0 + $1.storage } }
}
