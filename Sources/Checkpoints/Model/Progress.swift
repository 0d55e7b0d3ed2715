// How far something is, for whoever shows it.

package enum ProgressUnit: Sendable { case bytes, items }

package protocol ProgressReporter: Sendable {
  /// `done` of `total` (nil where it is not known) of an activity. May be called from any thread and often.
  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit)
  /// The activity has ended.
  func finish(_ activity: String)
}

package struct SilentProgress: ProgressReporter {
  package init() {}
  package func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {}
  package func finish(_ activity: String) {}
}
