// What `go test` prints, plain, with `-v` and with `-json`. Without `-v` only packages are listed, so these are counted.

struct GoTestReader: RunnerReader {
  private var tests: TestRun.Counts?
  private var packages: TestRun.Counts?
  /// Whether every test is listed, as with “=== RUN” and JSON.
  private var isComplete = false

  let choice = "go test"
  var name: String { isComplete ? choice : "\(choice) (packages)" }
  var counts: TestRun.Counts? { isComplete ? tests ?? .zero : packages }

  mutating func take(_ line: String) {
    if line.hasPrefix("{") { return takeJSON(line) }
    if line.hasPrefix("=== RUN") {
      isComplete = true
    } else if line.hasPrefix("ok  \t") {
      packages = (packages ?? .zero) + .init(passed: 1, failed: 0, skipped: 0)
    } else if line.hasPrefix("FAIL\t") {
      packages = (packages ?? .zero) + .init(passed: 0, failed: 1, skipped: 0)
    } else if line.hasPrefix("?   \t") {
      packages = (packages ?? .zero) + .init(passed: 0, failed: 0, skipped: 1)
    } else {
      let line = line.drop { $0 == " " }
      if line.hasPrefix("--- ") { count(line.dropFirst(4).prefix(4)) }
    }
  }

  private mutating func count(_ word: Substring) {
    let one: TestRun.Counts? =
      switch word.lowercased() {
      case "pass": .init(passed: 1, failed: 0, skipped: 0)
      case "fail": .init(passed: 0, failed: 1, skipped: 0)
      case "skip": .init(passed: 0, failed: 0, skipped: 1)
      default: nil
      }
    if let one { tests = (tests ?? .zero) + one }
  }

  /// Inside a string the quotation marks would be escaped, so these are members.
  private mutating func takeJSON(_ line: String) {
    guard let action = line.firstRange(of: "\"Action\":\"") else { return }
    let word = line[action.upperBound...].prefix(4)
    guard line.contains("\"Package\":\"") else { return }
    isComplete = true
    if line.contains("\"Test\":\"") { count(word) }
  }
}
