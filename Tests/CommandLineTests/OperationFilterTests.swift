// Which operations `checkpoint log` shows.

import Checkpoints
import FileSystem
import Testing

@testable import CheckpointCLI

@Suite("Operations by kind, result and time")
struct OperationFilterTests {
  private static let now = Timestamp(millisecondsSinceEpoch: 1_900_000_000_000)

  private func filter(_ values: [String: [String]]) throws -> OperationFilter {
    let command = try #require(CommandTable.named.first { $0.name == "log" })
    let invocation = Invocation(
      command: command, word: "log", operands: [], values: values, console: Console())
    return try OperationFilter(invocation, now: Self.now)
  }

  private func entry(_ operation: String, secondsAgo: Int = 0, result: String = "done") -> OperationEntry {
    OperationEntry(
      at: Timestamp(millisecondsSinceEpoch: Self.now.millisecondsSinceEpoch - secondsAgo * 1000),
      operation: LoggedOperation(operation), checkpoint: nil, seconds: 1, outcome: OperationOutcome(result))
  }

  @Test("without an option every operation is shown")
  func all() throws {
    let all = try filter([:])
    #expect(all.matches(entry("rollback", secondsAgo: 1_000_000, result: "no room")))
  }

  @Test("a kind is an operation's first word, and several kinds add up")
  func kinds() throws {
    let kinds = try filter(["--kind": ["hook, worker", "undo"]])
    for operation in ["hook pre-commit", "worker: prove x", "undo"] {
      #expect(kinds.matches(entry(operation)), "\(operation)")
    }
    for operation in ["rollback", "hooks", "undone", "mark stable", "a kind of tomorrow", ""] {
      #expect(!kinds.matches(entry(operation)), "\(operation)")
    }
    let error = #expect(throws: UsageError.self) { try filter(["--kind": ["rollback,nothing"]]) }
    #expect(
      error?.description.contains("“nothing”") == true && error?.hints.first?.contains("rollback") == true)
  }

  @Test("a cause is one of those that there are, and entries of earlier versions have none")
  func causes() throws {
    let schedule = try filter(["--cause": ["schedule"]])
    var entry = entry("verify")
    #expect(!schedule.matches(entry))
    entry.cause = "schedule"
    #expect(schedule.matches(entry))
    entry.cause = nil
    #expect(try !schedule.matches(entry) && filter([:]).matches(entry))
    let error = #expect(throws: UsageError.self) { try filter(["--cause": ["me"]]) }
    #expect(error?.hints.first == "hand, hook, schedule, worker")
  }

  @Test("an operation without a change is a success, everything else that is no “done” a failure")
  func results() throws {
    let (done, failed) = (try filter(["--result": ["done"]]), try filter(["--result": ["failed"]]))
    for (result, isDone) in [("done", true), ("unchanged", true), ("interrupted", false), ("", false)] {
      #expect(done.matches(entry("verify", result: result)) == isDone, "\(result)")
      #expect(failed.matches(entry("verify", result: result)) != isDone, "\(result)")
    }
    #expect(throws: UsageError.self) { try filter(["--result": ["maybe"]]) }
  }

  @Test(
    "a time is ago or a date, and belongs to the range",
    arguments: [("90s", 90), ("5m", 300), ("2h", 7200), ("3d", 259_200), ("0s", 0)])
  func times(text: String, seconds: Int) throws {
    let (since, until) = (try filter(["--since": [text]]), try filter(["--until": [text]]))
    #expect(since.matches(entry("warm", secondsAgo: seconds)))
    #expect(!since.matches(entry("warm", secondsAgo: seconds + 1)))
    #expect(until.matches(entry("warm", secondsAgo: seconds)))
    #expect(!until.matches(entry("warm", secondsAgo: seconds - 1)))
    let both = try filter(["--since": ["2030-03-17"], "--until": ["2030-03-18"]])
    #expect(both.matches(entry("warm")) && !both.matches(entry("warm", secondsAgo: 86_400 * 2)))
  }

  @Test(
    "what is no time is refused", arguments: ["", "s", "-5m", "1.5h", "5 m", "yesterday", "99999999999h"])
  func noTime(text: String) {
    #expect(throws: UsageError.self) { try filter(["--since": [text]]) }
  }

  @Test("an end and following exclude each other")
  func following() {
    #expect(throws: UsageError.self) { try filter(["--until": ["5m"], "--follow": ["true"]]) }
  }
}
