// Warm clones, and databases on the server that look like one.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

enum WarmText {
  /// Clones on the server that no checkpoint of this store names: another store's, or opened by somebody.
  static func strays(_ workspace: Workspace, _ known: [WarmClones.Entry]) throws -> [(
    name: String, source: any Clonable
  )] {
    let names = Set(known.map(\.clone.database))
    return try workspace.sources().compactMap { $0 as? any Clonable }.flatMap { source in
      try source.cloneNames().filter { !names.contains($0) }.map { ($0, source) }
    }
  }

  static func word(_ condition: WarmClone.Condition?) -> String {
    switch condition {
    case .intact: "warm"
    case .changed: "changed"
    case .gone: "gone"
    case .elsewhere: "on another server"
    case nil: "unknown"
    }
  }

  static func list(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    let console = workspace.console
    let entries = try workspace.clones(store).list()
    let others = try strays(workspace, entries).map(\.name)
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
      return .done
    }
    let now = workspace.clock.now().secondsSinceEpoch
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
    return .done
  }
}
