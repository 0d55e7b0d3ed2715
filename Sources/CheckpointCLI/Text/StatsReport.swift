// What a store holds, as `stats` shows it and prints it with `--json`.

import Checkpoints
import Formatting
import ReportPages

struct StatsReport: Encodable {
  struct Checkpoint: Encodable {
    var id: String
    var kind: RetentionClass
    var logicalBytes: Int
    var fullBytes: Int
    var ownBytes: Int
  }

  private let store: StoreSummary
  /// The one that was asked for; otherwise all, oldest first.
  private let checkpoints: [Checkpoint]
  /// What could not be read.
  let problems: [String]
  private let isOfOne: Bool

  private enum CodingKeys: CodingKey { case checkpoints, problems }

  init(_ statistics: StoreStatistics, _ store: StoreSummary, of chosen: CheckpointID?) {
    self.store = store
    checkpoints = statistics.checkpoints.filter { chosen == nil || $0.id == chosen }.map {
      Checkpoint(
        id: "\($0.id)", kind: $0.retentionClass, logicalBytes: $0.usage.logicalBytes,
        fullBytes: $0.usage.fullBytes, ownBytes: $0.usage.ownBytes)
    }
    problems = statistics.problems
    isOfOne = chosen != nil
  }

  /// The keys of the store's figures and of the list are in one object.
  func encode(to encoder: any Encoder) throws {
    try store.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(checkpoints, forKey: .checkpoints)
    try container.encode(problems, forKey: .problems)
  }

  // MARK: For people

  var lines: [String] { isOfOne ? linesOfOne : summary + [""] + kindLines + sourceLines + weekLines }

  private var linesOfOne: [String] {
    checkpoints.flatMap { checkpoint in
      Format.table([
        ["checkpoint", checkpoint.id],
        ["contents", Format.bytes(checkpoint.logicalBytes)],
        ["stored", "\(Format.bytes(checkpoint.fullBytes)), shared with others or not"],
        ["its own", "deleting it frees \(Format.bytes(checkpoint.ownBytes))"],
      ])
    }
  }

  private var summary: [String] { Format.table(StoreWords.facts(store).map { [$0.name, $0.text] }) }

  private static func table(
    _ title: String, _ usages: [(name: String, usage: StoreStatistics.Usage)]
  ) -> [String] {
    let rows = usages.map { [Format.visible($0.name)] + StoreWords.usage($0.usage) }
    return Format.table([[title] + StoreWords.usageHeader.map { $0.uppercased() }] + rows)
  }

  private var kindLines: [String] { Self.table("KIND", StoreWords.kinds(store)) }

  private var sourceLines: [String] {
    if store.sources.isEmpty { return [] }
    return [""] + Self.table("SOURCE", store.sources.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private static let width = 40

  private var weekLines: [String] {
    let shown = StoreWords.shownWeeks(store)
    guard let largest = shown.map(\.storedBytes).max() else { return [] }
    let rows = shown.map { week in
      [
        StoreWords.day(week), "\(week.checkpoints)", Format.bytes(week.storedBytes),
        String(repeating: "#", count: week.storedBytes * Self.width / largest),
      ]
    }
    return [""] + Format.table([["WEEK OF", "CHECKPOINTS", "STORED", ""]] + rows)
  }
}
