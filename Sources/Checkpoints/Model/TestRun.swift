// The result of a stage's tests when it was completed. The exit code decides; the counts are read from the output and may be
// missing.

package struct TestRun: Codable, Sendable {
  /// The numbers of tests, as far as the runner's output shows them.
  package struct Counts: Codable, Sendable, Hashable {
    package var passed: Int
    package var failed: Int
    package var skipped: Int

    package init(passed: Int, failed: Int, skipped: Int) {
      (self.passed, self.failed, self.skipped) = (passed, failed, skipped)
    }

    package var total: Int { passed + failed + skipped }
  }

  package enum Outcome: String, Codable, Sendable, CaseIterable {
    case passed, failed
    /// It exceeded its time limit.
    case timedOut
    /// It could not be started.
    case notStarted
    /// The user asked to complete the stage without its tests.
    case skipped

    /// Whether tests were configured and wanted, and did not pass.
    package var isFailure: Bool { self != .passed && self != .skipped }
  }

  package var outcome: Outcome
  /// nil if none is configured.
  package var command: String?
  /// nil if it was ended by a signal or a limit.
  package var exitCode: Int32?
  package var seconds: Double
  /// The runner whose output had the counts: “JUnit XML”, “TAP”, “swift test”, “jest”, “vitest”, “pytest”, “go test”;
  /// several with commas.
  package var runner: String?
  package var counts: Counts?
  /// The last lines of its output, without secrets.
  package var tail: String?
  /// A remark: why it ended, or that counts and exit code disagree.
  package var problem: String?

  package init(outcome: Outcome, command: String?, exitCode: Int32? = nil, seconds: Double = 0) {
    (self.outcome, self.command, self.exitCode, self.seconds) = (outcome, command, exitCode, seconds)
  }
}
