// The last line of pytest: “=== 1 failed, 2 passed, 1 xfailed, 1 error in 0.12s ===”, and without
// the signs with `-q`.

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
    let numbers = RunnerSummary.numbers(in: words[0].split(separator: ","))
    let known: Set<String> = [
      "passed", "failed", "skipped", "deselected", "xfailed", "xpassed", "warning", "warnings", "error",
      "errors",
      "rerun", "subtests",
    ]
    guard !numbers.isEmpty, Set(numbers.keys).isSubset(of: known) else { return }
    counts = (counts ?? .zero) + RunnerSummary.counts(numbers)
  }
}
