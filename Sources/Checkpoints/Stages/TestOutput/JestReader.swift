// The line of jest's summary that counts tests: “Tests:       1 failed, 2 skipped, 3 passed, 6 total”.

struct JestReader: RunnerReader {
  let name = "jest"
  private(set) var counts: TestRun.Counts?

  mutating func take(_ line: String) {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix("Tests:") else { return }
    let numbers = RunnerSummary.numbers(in: line.dropFirst(6).split(separator: ","))
    guard numbers["total"] != nil else { return }
    counts = (counts ?? .zero) + RunnerSummary.counts(numbers)
  }
}
