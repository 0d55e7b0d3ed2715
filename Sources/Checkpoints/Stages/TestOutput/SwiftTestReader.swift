// What `swift test` prints for XCTest and for Swift Testing; a run may have both.

/// XCTest: “Executed 4 tests, with 1 test skipped and 3 failures (0 unexpected) in …” after the outermost suite. Swift
/// Testing: “✘ Test run with 7 tests in 2 suites failed after …”, where the number includes skipped tests.
struct SwiftTestReader: RunnerReader {
  let name = "swift test"

  private var isSeen = false
  private var isOutermost = false
  /// XCTest's tests, failures and skipped tests.
  private var executed = (all: 0, failures: 0, skipped: 0)
  private var failedCases = 0
  /// With --parallel only a counter shows how many there are.
  private var parallel = 0
  /// Swift Testing's tests.
  private var run = (all: 0, failed: 0, skipped: 0)

  var counts: TestRun.Counts? {
    guard isSeen else { return nil }
    let all = max(executed.all, parallel) + run.all
    // A test may fail several times.
    let failed = (failedCases > 0 ? failedCases : executed.failures) + run.failed
    let skipped = executed.skipped + run.skipped
    return .init(passed: max(0, all - failed - skipped), failed: failed, skipped: skipped)
  }

  mutating func take(_ line: String) {
    if line.hasPrefix("Test Suite '") {
      let isEnd = line.contains("' passed at ") || line.contains("' failed at ")
      isOutermost =
        isEnd && line.hasPrefix("Test Suite 'All tests'")
        || isEnd && line.hasPrefix("Test Suite 'Selected tests'")
    } else if line.hasPrefix("Test Case '") {
      if line.contains("' failed (") { failedCases += 1 }
    } else if isOutermost, line.contains("Executed ") {
      takeExecuted(line)
      isOutermost = false
    } else if line.hasPrefix("["), let end = line.firstRange(of: "] Testing ") {
      let numbers = line[..<end.lowerBound].dropFirst().split(separator: "/").compactMap { Int($0) }
      if numbers.count == 2 {
        isSeen = true
        parallel = max(parallel, numbers[1])
      }
    } else if line.contains(" Test ") {
      takeTest(line)
    }
  }

  private mutating func takeExecuted(_ line: String) {
    let words = line.split { $0 == " " || $0 == "\t" || $0 == "," }
    guard words.count > 2, words[0] == "Executed", let all = Int(words[1]) else { return }
    isSeen = true
    executed.all += all
    for (index, word) in words.enumerated() where index >= 2 {
      if word.hasPrefix("failure") { executed.failures += Int(words[index - 1]) ?? 0 }
      if word == "skipped" { executed.skipped += Int(words[index - 2]) ?? 0 }
    }
  }

  private mutating func takeTest(_ line: String) {
    // Before it is a sign that depends on the system.
    let words = line.split(separator: " ")
    guard words.count > 3, words[1] == "Test", words[0].utf8.count <= 16 else { return }
    if words[2] == "run", words[3] == "with" {
      guard words.count > 5, let all = Int(words[4]) else { return }
      isSeen = true
      run.all += all
    } else if words[2] == "case" {
      // A line for one of a test's arguments.
    } else if isFailure(words) {
      run.failed += 1
    } else if line.hasSuffix(" skipped.") || line.contains(" skipped: \"") {
      run.skipped += 1
    }
  }

  /// “… failed after 0.001 seconds with 1 issue.”, at the end.
  private func isFailure(_ words: [Substring]) -> Bool {
    guard let after = words.lastIndex(of: "after"), words[after - 1] == "failed", words.count > after + 2
    else {
      return false
    }
    return Double(words[after + 1]) != nil && words[after + 2].hasPrefix("second")
  }
}
