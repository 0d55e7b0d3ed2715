// Which operations of the log are shown: of what kind, what made them run, with what result, from when to when.

import Checkpoints
import FileSystem

struct OperationFilter {
  /// What `--kind` takes.
  static let kinds = OperationKind.allCases.map(\.rawValue)

  /// What `--cause` takes.
  static let causes = OperationCause.allCases.map(\.rawValue)

  private let kinds: Set<OperationKind>
  private let cause: String?
  private let isSuccess: Bool?
  private let since: Timestamp?
  private let until: Timestamp?

  init(_ invocation: Invocation, now: Timestamp) throws {
    kinds = Set(
      try Set(invocation.list("--kind")).sorted().map { word in
        guard let kind = OperationKind(rawValue: word) else {
          throw UsageError(
            description: "no operation is of the kind “\(word)”", hints: [Self.kinds.joined(separator: ", ")])
        }
        return kind
      })
    cause = invocation.value("--cause")
    if let cause, !Self.causes.contains(cause) {
      throw UsageError(
        description: "nothing is caused by “\(cause)”", hints: [Self.causes.joined(separator: ", ")])
    }
    switch invocation.value("--result") {
    case nil: isSuccess = nil
    case "done": isSuccess = true
    case "failed": isSuccess = false
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
    let isOfKind = kinds.isEmpty || entry.operation.kind.map(kinds.contains) ?? false
    return isOfKind && (cause == nil || entry.cause == cause)
      && (isSuccess == nil || entry.outcome.isSuccess == isSuccess)
      && since.map { entry.at >= $0 } ?? true && until.map { entry.at <= $0 } ?? true
  }
}
