// Warm clones, and databases on the server that look like one.

import Checkpoints
import FileSystem
import Formatting

enum WarmText {
  static func word(_ condition: WarmClone.Condition?) -> String {
    switch condition {
    case .intact: "warm"
    case .changed: "changed"
    case .gone: "gone"
    case .elsewhere: "on another server"
    case nil: "unknown"
    }
  }

  static func list(_ entries: [WarmClones.Entry], _ others: [String], now: Timestamp, _ console: Console)
    throws
  {
    if console.isJSON {
      struct View: Encodable {
        struct Clone: Encodable {
          var checkpoint: String, source: String, database: String, state: String, origin: String
          var bytes: Int, seconds: Double, madeAt: String
        }
        var clones: [Clone], strays: [String]
      }
      try console.json(
        View(
          clones: entries.map { entry in
            .init(
              checkpoint: entry.checkpoint.description, source: entry.clone.source,
              database: entry.clone.database, state: word(entry.condition),
              origin: entry.clone.origin.rawValue,
              bytes: entry.clone.byteCount, seconds: entry.clone.seconds, madeAt: entry.clone.madeAt.iso8601)
          }, strays: others))
      return
    }
    let now = now.secondsSinceEpoch
    let rows = entries.map { entry in
      [
        entry.checkpoint.description, word(entry.condition), entry.clone.database,
        Format.bytes(entry.clone.byteCount), Format.age(now - entry.clone.madeAt.secondsSinceEpoch),
        "\(entry.clone.origin.rawValue) in \(Format.seconds(entry.clone.seconds))",
      ]
    }
    let header = ["CHECKPOINT", "STATE", "DATABASE", "SIZE", "AGE", "MADE"]
    if !rows.isEmpty { for line in Format.table([header] + rows) { console.result(line) } }
    if rows.isEmpty { console.remark("no warm clone: checkpoint warm SELECTOR makes one") }
    for name in others {
      console.result(
        "\(name) is named by no checkpoint here: checkpoint warm drop \(name), if nobody needs it")
    }
  }
}
