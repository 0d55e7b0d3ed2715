// Reads the output of one kind of test runner, line by line, as it comes. Lines of other programs are ignored.

protocol RunnerReader {
  /// As it stands in a checkpoint.
  var name: String { get }
  /// The name by which it can be chosen.
  var choice: String { get }
  /// nil as long as nothing of this runner was seen.
  var counts: TestRun.Counts? { get }
  /// - Parameter line: without colors, and without its end.
  mutating func take(_ line: String)
}

extension RunnerReader {
  var choice: String { name }
}
