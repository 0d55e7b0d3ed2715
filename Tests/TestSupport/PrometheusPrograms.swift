// Prometheus and promtool, which check metrics and evaluate rules as they will be.

import FileSystem

package enum PrometheusPrograms {
  /// `scripts/test` names their directory.
  package static let directory = ProcessEnvironment.variables["CHECKPOINT_TEST_PROMETHEUS"].map {
    BytePath($0)
  }

  /// Of the node exporter.
  package static let exporterDirectory = ProcessEnvironment.variables["CHECKPOINT_TEST_NODE_EXPORTER"].map {
    BytePath($0)
  }

  package static let whyNot =
    "CHECKPOINT_TEST_PROMETHEUS and CHECKPOINT_TEST_NODE_EXPORTER name no directories with their programs (scripts/test does)"

  /// Runs promtool and returns what it printed.
  package static func promtool(_ words: [BytePath], input: [UInt8] = []) throws -> ProgramResult {
    guard let directory else { throw ProgramFailure(whyNot) }
    return try Program.run([directory.appending("promtool")] + words, input: input)
  }
}
