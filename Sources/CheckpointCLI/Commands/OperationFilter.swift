// Which operations of the log are shown: of what kind, with what result, from when to when.

import Checkpoints
import FileSystem

struct OperationFilter {
  static let kinds = [
    "checkpoint", "rollback", "undo", "restore", "verify", "rehearse", "warm", "mark", "delete", "trust",
    "export", "import",
    "hook",
    "worker",
  ]

  private let kinds: Set<String>
  private let isDone: Bool?
  private let since: Timestamp?
  private let until: Timestamp?

  init(_ invocation: Invocation, now: Timestamp) throws {
    kinds = Set(invocation.list("--kind"))
    if let unknown = kinds.sorted().first(where: { !Self.kinds.contains($0) }) {
      throw UsageError(
        description: "no operation is of the kind “\(unknown)”", hints: [Self.kinds.joined(separator: ", ")])
    }
    switch invocation.value("--result") {
    case nil: isDone = nil
    case "done": isDone = true
    case "failed": isDone = false
    case let other?:
      throw UsageError(description: "--result takes done or failed, not “\(other)”")
    }
    since = try invocation.value("--since").map { try Self.time($0, now: now) }
    until = try invocation.value("--until").map { try Self.time($0, now: now) }
    if until != nil && invocation.has("--follow") {
      throw UsageError(description: "--until and --follow exclude each other")
    }
  }

  private static func time(_ text: String, now: Timestamp) throws -> Timestamp {
    if let moment = Timestamp(beginningOf: text) { return moment }
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    if let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
      (0...100_000_000).contains(number)
    {
      return Timestamp(millisecondsSinceEpoch: now.millisecondsSinceEpoch - number * unit * 1000)
    }
    throw UsageError(
      description: "“\(text)” is no time",
      hints: ["2026-11-20, “2026-11-20 15:00” in UTC, or ago: 90s, 5m, 2h, 3d"])
  }

  func count(_ text: String) throws -> Int {
    guard let count = Int(text), count >= 0 else {
      throw UsageError(description: "--last takes a number, not “\(text)”")
    }
    return count
  }

  func matches(_ entry: OperationEntry) -> Bool {
    let kind = String(entry.operation.prefix { $0 != " " && $0 != ":" })
    return (kinds.isEmpty || kinds.contains(kind)) && (isDone == nil || entry.isDone == isDone)
      && since.map { entry.at >= $0 } ?? true && until.map { entry.at <= $0 } ?? true
  }
}
