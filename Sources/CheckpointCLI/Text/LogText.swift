// Entries of the log of operations.

import Checkpoints
import Formatting
import FoundationEssentials

struct LogText {
  let console: Console

  private static func cells(_ entry: OperationEntry) -> [String] {
    [
      Format.time(entry.at), Format.visible("\(entry.operation)"), Format.visible(entry.cause ?? "-"),
      Format.seconds(entry.seconds),
      entry.bytesStored.map { Format.bytes($0) } ?? "-", entry.checkpoint ?? "-",
      Format.visible("\(entry.outcome)"),
    ]
  }

  func table(_ entries: [OperationEntry]) throws {
    if console.isJSON { return try console.json(entries) }
    let rows = entries.map(Self.cells)
    for line in Format.table(
      [["TIME", "OPERATION", "CAUSE", "TOOK", "STORED", "CHECKPOINT", "RESULT"]] + rows)
    {
      console.result(line)
    }
  }

  func table(_ statistics: LogStatistics) throws {
    if console.isJSON { return try console.json(statistics.kinds) }
    let rows = statistics.kinds.map { kind in
      [
        Format.visible(kind.operation), Format.count(kind.count), Format.count(kind.failed),
        Format.seconds(kind.medianSeconds), Format.seconds(kind.longestSeconds),
        kind.lastAt.map { Format.time($0) } ?? "-",
      ]
    }
    for line in Format.table([["OPERATION", "COUNT", "FAILED", "MEDIAN", "LONGEST", "LAST"]] + rows) {
      console.result(line)
    }
  }

  /// An entry on its own, as it comes: how wide later ones will be is not known yet.
  func line(_ entry: OperationEntry) throws {
    guard console.isJSON else { return console.result(Self.cells(entry).joined(separator: "  ")) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    console.result(String(decoding: try encoder.encode(entry), as: UTF8.self))
  }
}
