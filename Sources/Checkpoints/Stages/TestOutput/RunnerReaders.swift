// The summaries of jest, vitest and pytest, and TAP.

import FileSystem

/// “Tests:       1 failed, 2 skipped, 3 passed, 6 total”
struct JestReader: RunnerReader {
  let name = "jest"
  private(set) var counts: TestRun.Counts?

  mutating func take(_ line: String) {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix("Tests:") else { return }
    let numbers = Summary.numbers(in: line.dropFirst(6).split(separator: ","))
    guard numbers["total"] != nil else { return }
    counts = (counts ?? .zero) + Summary.counts(numbers)
  }
}

/// “      Tests  1 failed | 4 passed | 1 skipped (6)”
struct VitestReader: RunnerReader {
  let name = "vitest"
  private(set) var counts: TestRun.Counts?

  mutating func take(_ line: String) {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix("Tests  "), line.hasSuffix(")"), let end = line.lastIndex(of: "(") else { return }
    let numbers = Summary.numbers(in: line[..<end].dropFirst(5).split(separator: "|"))
    if !numbers.isEmpty { counts = (counts ?? .zero) + Summary.counts(numbers) }
  }
}

/// “=== 1 failed, 2 passed, 1 xfailed, 1 error in 0.12s ===”, with `-q` without the signs.
struct PytestReader: RunnerReader {
  let name = "pytest"
  private(set) var counts: TestRun.Counts?

  mutating func take(_ line: String) {
    guard line.contains(" in "), let last = line.last, last == "=" || last == "s" || last == ")" else {
      return
    }
    let words = line.drop { $0 == "=" || $0 == " " }.split(separator: " in ", maxSplits: 1)
    guard words.count == 2, let time = words[1].split(separator: " ").first, time.hasSuffix("s"),
      Double(time.dropLast()) != nil
    else { return }
    if words[0] == "no tests ran" {
      counts = counts ?? .zero
      return
    }
    let numbers = Summary.numbers(in: words[0].split(separator: ","))
    let known: Set<String> = [
      "passed", "failed", "skipped", "deselected", "xfailed", "xpassed", "warning", "warnings", "error",
      "errors",
      "rerun", "subtests",
    ]
    guard !numbers.isEmpty, Set(numbers.keys).isSubset(of: known) else { return }
    counts = (counts ?? .zero) + Summary.counts(numbers)
  }
}

/// “ok 1 - name”, “not ok 2 # TODO”, with a version or a plan. Subtests, which are indented, are their parent's. If
/// a summary of node's follows, it counts.
struct TAPReader: RunnerReader {
  let name = "TAP"
  private var isTAP = false
  private var lines = TestRun.Counts.zero
  private var summary: [String: Int] = [:]

  var counts: TestRun.Counts? {
    if let pass = summary["pass"], let fail = summary["fail"] {
      return .init(
        passed: pass, failed: fail + (summary["cancelled"] ?? 0),
        skipped: (summary["skipped"] ?? 0) + (summary["todo"] ?? 0))
    }
    return isTAP ? lines : nil
  }

  mutating func take(_ line: String) {
    if line.hasPrefix("ok") || line.hasPrefix("not ok") {
      takePoint(line)
    } else if line.hasPrefix("TAP version ") {
      isTAP = true
    } else if line.hasPrefix("1..") {
      let number = line.dropFirst(3).prefix { $0.isASCII && $0.isNumber }
      let rest = line.dropFirst(3 + number.count)
      if !number.isEmpty && (rest.isEmpty || rest.first == " ") { isTAP = true }
    } else if line.hasPrefix("# ") || line.hasPrefix("ℹ ") {
      let words = line.dropFirst(2).split(separator: " ")
      if words.count == 2, ["tests", "pass", "fail", "cancelled", "skipped", "todo"].contains(words[0]),
        let number = Int(words[1])
      {
        summary[String(words[0]), default: 0] += number
      }
    }
  }

  private mutating func takePoint(_ line: String) {
    let isOK = line.hasPrefix("ok")
    let rest = line.dropFirst(isOK ? 2 : 6)
    guard rest.isEmpty || rest.first == " " else { return }
    let directive =
      rest.lastIndex(of: "#").map { rest[$0...].dropFirst().drop { $0 == " " }.lowercased() } ?? ""
    if directive.hasPrefix("skip") || directive.hasPrefix("todo") {
      lines.skipped += 1
    } else if isOK {
      lines.passed += 1
    } else {
      lines.failed += 1
    }
  }
}

enum Summary {
  /// “1 failed”, “2 passed” … by their words.
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

extension TestRun.Counts {
  static let zero = Self(passed: 0, failed: 0, skipped: 0)
}
