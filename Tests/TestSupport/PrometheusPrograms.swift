// Prometheus and promtool, which check metrics and evaluate rules as they will be.

import FileSystem

package enum PrometheusPrograms {
  /// `scripts/test` names their directory.
  package static let directory = ProcessEnvironment.variables["CHECKPOINT_TEST_PROMETHEUS"].map {
    BytePath($0)
  }

  package static let whyNot =
    "CHECKPOINT_TEST_PROMETHEUS names no directory with promtool (scripts/test does)"

  /// Runs promtool and returns what it printed.
  package static func promtool(_ words: [BytePath], input: [UInt8] = []) throws -> ProgramResult {
    guard let directory else { throw ProgramFailure(whyNot) }
    return try Program.run([directory.appending("promtool")] + words, input: input)
  }
}
