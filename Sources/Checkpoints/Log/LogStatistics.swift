// How often operations were done, how many failed, and how long they took.

import FileSystem

package struct LogStatistics: Sendable {
  /// Operations of one kind. Durations are of those that succeeded.
  package struct Kind: Sendable, Encodable {
    package var operation: String
    package var count = 0
    package var failed = 0
    package var medianSeconds = 0.0
    package var longestSeconds = 0.0
    package var lastAt: Timestamp?
  }

  private var found: [String: Kind] = [:]
  private var seconds: [String: [Double]] = [:]

  package init() {}

  package mutating func add(_ entry: OperationEntry) {
    // Jobs of the worker have names of their own.
    let name = entry.operation.kind?.rawValue ?? "\(entry.operation)"
    var kind = found[name] ?? Kind(operation: name)
    kind.count += 1
    kind.lastAt = max(kind.lastAt ?? entry.at, entry.at)
    if entry.outcome.isSuccess { seconds[name, default: []].append(entry.seconds) } else { kind.failed += 1 }
    found[name] = kind
  }

  /// By name.
  package var kinds: [Kind] {
    found.values.sorted { $0.operation < $1.operation }.map { kind in
      var kind = kind
      let sorted = (seconds[kind.operation] ?? []).sorted()
      if let longest = sorted.last {
        (kind.medianSeconds, kind.longestSeconds) = (sorted[sorted.count / 2], longest)
      }
      return kind
    }
  }
}
