// Reads the output of one kind of test runner, line by line, as it comes. Lines of other programs are ignored.

protocol RunnerReader {
  /// The name in checkpoints.
  var name: String { get }
  /// The name in settings by which it is chosen.
  var choice: String { get }
  /// nil until output of this runner is seen.
  var counts: TestRun.Counts? { get }
  /// - Parameter line: without colors and without its line end.
  mutating func take(_ line: String)
}

extension RunnerReader {
  var choice: String { name }
}
