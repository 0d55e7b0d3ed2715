// Counts of several runners in one run are added up.

extension TestRun.Counts {
  static let zero = Self(passed: 0, failed: 0, skipped: 0)

  static func + (left: Self, right: Self) -> Self {
    .init(
      passed: left.passed + right.passed, failed: left.failed + right.failed,
      skipped: left.skipped + right.skipped)
  }

  static func += (left: inout Self, right: Self) { left = left + right }
}
