// What a stage's tests came to.

import Checkpoints
import FileSystem
import Formatting

enum TestText {
  /// “passed: 42 passed, 1 skipped (pytest), 3.20 s: npm test”
  static func line(_ run: TestRun) -> String {
    var facts: [String] = []
    if let counts = run.counts { facts.append(Self.counts(counts) + (run.runner.map { " (\($0))" } ?? "")) }
    if let code = run.exitCode, code != 0 { facts.append("exit code \(code)") }
    if run.outcome != .skipped && run.outcome != .notStarted { facts.append(Format.seconds(run.seconds)) }
    if let problem = run.problem { facts.append(Format.visible(problem)) }
    let command = run.command.map { ": \(Format.visible($0))" } ?? ""
    return word(run.outcome) + (facts.isEmpty ? "" : ": \(facts.joined(separator: ", "))") + command
  }

  static func counts(_ counts: TestRun.Counts) -> String {
    let parts = [(counts.passed, "passed"), (counts.failed, "failed"), (counts.skipped, "skipped")]
    let shown = parts.filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
    return shown.isEmpty ? "no tests" : shown.joined(separator: ", ")
  }

  static func word(_ outcome: TestRun.Outcome) -> String {
    switch outcome {
    case .passed, .failed, .skipped: outcome.rawValue
    case .timedOut: "timed out"
    case .notStarted: "not started"
    }
  }

  private static func end(_ run: TestRun) -> String {
    switch run.outcome {
    case .timedOut: "took too long and were ended"
    case .notStarted: "could not be started"
    default: "failed"
    }
  }

  /// What the user who completes a stage should know of its tests.
  static func warnings(_ run: TestRun) -> [String] {
    switch run.outcome {
    case .passed: run.problem.map { ["tests: \(Format.visible($0))"] } ?? []
    case .skipped: ["the tests were not run, so this checkpoint is not stable"]
    case .failed, .timedOut, .notStarted:
      ["the tests \(end(run)), so this checkpoint is not stable"]
    }
  }
}
