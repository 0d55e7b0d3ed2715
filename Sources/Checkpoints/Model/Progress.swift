// Receives how far long work has come, and shows it or not.

package enum ProgressUnit: Sendable { case bytes, items }

package protocol ProgressReporter: Sendable {
  /// Reports `done` of `total` (nil if unknown). May be called from any thread, and often.
  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit)
  /// The activity has ended.
  func finish(_ activity: String)
}

package struct SilentProgress: ProgressReporter {
  package init() {}
  package func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {}
  package func finish(_ activity: String) {}
}
