// The Test Anything Protocol, which many runners write: “ok 1 - name”, “not ok 2 # TODO”, with a version or a plan.
// Subtests, which are indented, count as part of their parent. If node's own summary follows, that one counts.

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
