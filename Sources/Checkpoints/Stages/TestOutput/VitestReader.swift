// The line of vitest's summary that counts tests: “      Tests  1 failed | 4 passed | 1 skipped (6)”.

struct VitestReader: RunnerReader {
  let name = "vitest"
  private(set) var counts: TestRun.Counts?

  mutating func take(_ line: String) {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix("Tests  "), line.hasSuffix(")"), let end = line.lastIndex(of: "(") else { return }
    let numbers = RunnerSummary.numbers(in: line[..<end].dropFirst(5).split(separator: "|"))
    if !numbers.isEmpty { counts = (counts ?? .zero) + RunnerSummary.counts(numbers) }
  }
}
