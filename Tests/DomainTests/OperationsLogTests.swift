// The operations log: its lines stay as every version wrote them.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("The operations log")
struct OperationsLogTests {
  private static let at = Timestamp(millisecondsSinceEpoch: 1_900_000_000_123)

  /// What every version wrote, and what it means.
  private static let known: [(text: String, operation: LoggedOperation)] =
    OperationKind.allCases.map { ($0.rawValue, LoggedOperation($0)) }
    + GitHook.allCases.map { ("hook \($0.rawValue)", .hook($0)) }
    + [
      ("worker: prove full_20301117_173000", .worker("prove full_20301117_173000")),
      ("worker: ", .worker("")),
      ("mark stable", .mark(.stable)), ("mark unstable", .mark(.unstable)),
      ("mark critical", .mark(.critical)),
      ("rollback --continue", LoggedOperation(.rollback, .end(.finished))),
      ("undo --abort", LoggedOperation(.undo, .end(.takenBack))),
      ("restore --abort", LoggedOperation(.restore, .end(.takenBack))),
      ("restore database", .restoreDatabase),
    ]

  @Test("an operation is written as the log always had it, and read as what it was")
  func operations() {
    for (text, operation) in Self.known {
      #expect("\(operation)" == text)
      #expect(LoggedOperation(text) == operation, "\(text)")
    }
  }

  @Test(
    "what this version does not know keeps its text",
    arguments: [
      ("teleport origin", nil), ("hooks", nil), ("", nil), (" rollback", nil), ("Rollback", nil),
      ("hook post-merge", OperationKind.hook), ("hook  pre-commit", .hook), ("hook:pre-commit", .hook),
      ("worker prove", .worker), ("mark wonderful", .mark), ("rollback --pause", .rollback),
      ("restore databases", .restore), ("verify --deep", .verify),
    ] as [(String, OperationKind?)])
  func unknown(text: String, kind: OperationKind?) {
    let operation = LoggedOperation(text)
    #expect("\(operation)" == text && operation.kind == kind && operation.detail == nil)
  }

  @Test(
    "only “done” and “unchanged” are successes",
    arguments: [
      ("done", OperationOutcome.done), ("unchanged", .unchanged), ("", .failed("")),
      ("Done", .failed("Done")),
      ("the disk is full", .failed("the disk is full")),
    ])
  func outcomes(text: String, outcome: OperationOutcome) {
    #expect(OperationOutcome(text) == outcome && "\(outcome)" == text)
    #expect(outcome.isSuccess == (outcome == .done || outcome == .unchanged))
  }

  @Test("a line is written byte for byte as before, and lines of other versions are read")
  func lines() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    let log = OperationsLog(store)
    log.append(
      OperationEntry(
        at: Self.at, operation: .hook(.preCommit), checkpoint: "pre-commit_20301117_173000", seconds: 1.5,
        bytesStored: 7, outcome: .unchanged))
    log.append(
      OperationEntry(
        at: Self.at, operation: .worker("prove a/b"), checkpoint: nil, seconds: 0,
        outcome: .failed("no “room”")))
    let file = store.log.appending("operations.jsonl")
    let written = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    #expect(
      written == """
        {"at":"2030-03-17T17:46:40.123Z","bytesStored":7,"cause":"hand","checkpoint":"pre-commit_20301117_173000",\
        "operation":"hook pre-commit","result":"unchanged","seconds":1.5}
        {"at":"2030-03-17T17:46:40.123Z","cause":"hand","operation":"worker: prove a/b","result":"no “room”","seconds":0}

        """)
    let later =
      #"{"at":"2031-01-01T00:00:00.000Z","operation":"teleport origin","result":"done","seconds":2,"who":"me"}"#
    try store.files.replaceFile(file, with: Array((written + "not a line\n" + later + "\n").utf8))
    let entries = try log.entries()
    #expect(try entries.next()?.operation == .hook(.preCommit))
    #expect(try entries.next()?.outcome == .failed("no “room”"))
    let last = try entries.next()
    #expect(last?.operation == LoggedOperation("teleport origin") && last?.outcome == .done)
    #expect(try entries.next() == nil)
  }

  @Test("a log that has grown is set aside, read as one, and its oldest part goes")
  func rotation() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    let log = OperationsLog(store, limit: 400)
    func append(_ number: Int) {
      log.append(
        OperationEntry(
          at: Self.at, operation: .worker("\(number)"), checkpoint: nil, seconds: 0, outcome: .done))
    }
    func numbers(_ entries: [OperationEntry]) -> [Int] {
      entries.compactMap { Int("\($0.operation)".dropFirst("worker: ".count)) }
    }
    append(0)
    let follower = try log.entries()
    #expect(try follower.next() != nil)
    var followed: [OperationEntry] = []
    for number in 1...10 { append(number) }
    while let entry = try follower.next() { followed.append(entry) }
    #expect(numbers(followed) == Array(1...10), "who follows misses none, and reads none twice")
    for number in 11...60 { append(number) }
    let files = try FileTree.list(store.log).filter { $0.hasPrefix("operations") }.sorted()
    #expect(
      files == [
        "operations.1.jsonl", "operations.2.jsonl", "operations.3.jsonl", "operations.4.jsonl",
        "operations.jsonl",
      ]
        || files == ["operations.1.jsonl", "operations.2.jsonl", "operations.3.jsonl", "operations.4.jsonl"])
    let entries = try log.entries()
    var all: [OperationEntry] = []
    while let entry = try entries.next() { all.append(entry) }
    #expect(numbers(all) == Array((61 - all.count)...60) && all.count > 15, "\(numbers(all))")
    #expect(try numbers(log.newestFirst()).first == 60)
    #expect(try Set(files.map { try FileTree.status(store.log.appending($0))?.permissions }) == [0o600])
  }

  @Test("processes that write at once, and set the file aside, lose no entry")
  func atOnce() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    // Each file holds some fifty entries, so that none goes.
    try Threads.concurrently(
      (0..<4).map { writer in
        {
          for number in 0..<50 {
            OperationsLog(store, limit: 5000).append(
              OperationEntry(
                at: Self.at, operation: .worker("\(writer * 50 + number)"), checkpoint: nil, seconds: 0,
                outcome: .done))
          }
        }
      })
    let entries = try OperationsLog(store, limit: 5000).entries()
    var found: [String] = []
    while let entry = try entries.next() { found.append("\(entry.operation)") }
    #expect(Set(found) == Set((0..<200).map { "worker: \($0)" }) && found.count == 200)
    #expect(FileTree.exists(store.log.appending("operations.2.jsonl")))
  }
}
