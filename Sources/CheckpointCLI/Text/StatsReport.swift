// What a store holds, as `stats` shows it and prints it with `--json`.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct StatsReport: Encodable {
  struct Checkpoint: Encodable {
    var id: String
    var kind: RetentionClass
    var logicalBytes: Int
    var fullBytes: Int
    var ownBytes: Int
  }

  var checkpointCount: Int
  var logicalBytes: Int
  var fullBytes: Int
  var storedBytes: Int
  var sharedBytes: Int
  var unneededBytes: Int
  var trashBytes: Int
  /// Of archives: how many checkpoints have one, and what they take besides.
  var archivedCount: Int
  var archiveBytes: Int
  var freeBytes: Int
  var bytesPerDay: Int
  /// nil if nothing was stored lately.
  var daysUntilFull: Int?
  var kinds: [String: StoreStatistics.Usage]
  var sources: [String: StoreStatistics.Usage]
  var weeks: [StoreStatistics.Week]
  /// The one that was asked for; otherwise all, oldest first.
  var checkpoints: [Checkpoint]
  /// What could not be read.
  var problems: [String]
  private let isOfOne: Bool

  private enum CodingKeys: CodingKey {
    case checkpointCount, logicalBytes, fullBytes, storedBytes, sharedBytes, unneededBytes, trashBytes,
      archivedCount, archiveBytes
    case freeBytes, bytesPerDay, daysUntilFull, kinds, sources, weeks, checkpoints, problems
  }

  init(_ standing: StoreStanding) {
    let statistics = standing.statistics
    checkpointCount = statistics.total.checkpoints
    (logicalBytes, fullBytes) = (statistics.total.logicalBytes, statistics.total.fullBytes)
    (storedBytes, sharedBytes) = (statistics.storedBytes, statistics.sharedBytes)
    (unneededBytes, trashBytes) = (statistics.unneededBytes, statistics.trashBytes)
    (archivedCount, archiveBytes) = (statistics.archivedCount, statistics.archiveBytes)
    (freeBytes, bytesPerDay) = (standing.freeBytes, standing.bytesPerDay)
    daysUntilFull = standing.daysUntilFull
    kinds = Dictionary(uniqueKeysWithValues: statistics.classes.map { ($0.key.rawValue, $0.value) })
    sources = statistics.sources
    weeks = statistics.weeks
    let shown = standing.chosen.map { [$0] } ?? statistics.checkpoints
    checkpoints = shown.map {
      Checkpoint(
        id: "\($0.id)", kind: $0.retentionClass, logicalBytes: $0.usage.logicalBytes,
        fullBytes: $0.usage.fullBytes, ownBytes: $0.usage.ownBytes)
    }
    problems = statistics.problems
    isOfOne = standing.chosen != nil
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

  private var summary: [String] {
    var rows = [
      [
        "stored",
        "\(Format.bytes(storedBytes)) for \(Format.plural(checkpointCount, "checkpoint")), "
          + "\(Format.bytes(sharedBytes)) of it shared by several",
      ],
      ["contents", "\(Format.bytes(logicalBytes)); full copies would take \(Format.bytes(fullBytes))"],
    ]
    if archivedCount > 0 {
      rows.append([
        "archives", "\(Format.bytes(archiveBytes)) for \(Format.plural(archivedCount, "checkpoint"))",
      ])
    }
    if trashBytes > 0 { rows.append(["trash", Format.bytes(trashBytes)]) }
    if unneededBytes > 0 { rows.append(["unneeded", "\(Format.bytes(unneededBytes)): checkpoint gc"]) }
    let future =
      daysUntilFull.map { ", full in \(Self.time($0)) at \(Format.bytes(bytesPerDay)) a day" } ?? ""
    rows.append(["disk", "\(Format.bytes(freeBytes)) free\(future)"])
    return Format.table(rows)
  }

  private static func time(_ days: Int) -> String {
    days < 90
      ? Format.plural(days, "day")
      : days < 720 ? "\(days / 30) months" : days < 36_500 ? "\(days / 365) years" : "more than 100 years"
  }

  private static func table(_ title: String, _ usages: [(String, StoreStatistics.Usage)]) -> [String] {
    let rows = usages.map { name, usage in
      [
        Format.visible(name), Format.count(usage.checkpoints), Format.bytes(usage.logicalBytes),
        Format.bytes(usage.fullBytes), Format.bytes(usage.ownBytes),
      ]
    }
    return Format.table([[title, "CHECKPOINTS", "CONTENTS", "FULL COPIES", "ITS OWN"]] + rows)
  }

  private var kindLines: [String] {
    Self.table(
      "KIND", RetentionClass.allCases.compactMap { kind in kinds[kind.rawValue].map { (kind.rawValue, $0) } })
  }

  private var sourceLines: [String] {
    if sources.isEmpty { return [] }
    return [""] + Self.table("SOURCE", sources.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private static let (shownWeeks, width) = (12, 40)

  private var weekLines: [String] {
    let shown = weeks.suffix(Self.shownWeeks)
    guard let largest = shown.map(\.storedBytes).max(), largest > 0 else { return [] }
    let rows = shown.map { week in
      [
        String(week.begins.shown.prefix(10)), "\(week.checkpoints)", Format.bytes(week.storedBytes),
        String(repeating: "#", count: week.storedBytes * Self.width / largest),
      ]
    }
    return [""] + Format.table([["WEEK OF", "CHECKPOINTS", "STORED", ""]] + rows)
  }
}
