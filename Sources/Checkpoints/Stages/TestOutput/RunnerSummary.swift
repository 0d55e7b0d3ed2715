// The form of summary that jest, vitest and pytest share: numbers, each followed by its word.

enum RunnerSummary {
  /// The numbers in “1 failed”, “2 passed” …, by their words.
  static func numbers(in parts: [Substring]) -> [String: Int] {
    var found: [String: Int] = [:]
    for part in parts {
      let words = part.split(separator: " ")
      guard words.count >= 2, let number = Int(words[0]) else { return [:] }
      found[String(words[1]), default: 0] += number
    }
    return found
  }

  static func counts(_ numbers: [String: Int]) -> TestRun.Counts {
    func sum(_ words: String...) -> Int { words.reduce(0) { $0 + (numbers[$1] ?? 0) } }
    return .init(
      passed: sum("passed", "xpassed"), failed: sum("failed", "error", "errors"),
      skipped: sum("skipped", "todo", "xfailed"))
  }
}
