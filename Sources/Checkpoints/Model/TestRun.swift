// What a stage's tests said when it was completed. The exit code decides; counts are what could be read beside it.

package struct TestRun: Codable, Sendable {
  /// How many tests there were, as far as the runner's output tells.
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
    /// It took longer than it may.
    case timedOut
    /// It could not be started.
    case notStarted
    /// Somebody asked for the stage to be completed without its tests.
    case skipped

    /// They were run, or were to be, and did not pass.
    package var isFailure: Bool { self != .passed && self != .skipped }
  }

  package var outcome: Outcome
  /// nil where none is configured.
  package var command: String?
  /// nil where it did not end by itself.
  package var exitCode: Int32?
  package var seconds: Double
  /// What wrote the counts: “JUnit XML”, “TAP”, “swift test”, “jest”, “vitest”, “pytest”, “go test”;
  /// several with commas.
  package var runner: String?
  package var counts: Counts?
  /// The last lines of its output, without secrets.
  package var tail: String?
  /// What there is to say beside it: why it ended, or that counts and exit code do not agree.
  package var problem: String?

  package init(outcome: Outcome, command: String?, exitCode: Int32? = nil, seconds: Double = 0) {
    (self.outcome, self.command, self.exitCode, self.seconds) = (outcome, command, exitCode, seconds)
  }
}
