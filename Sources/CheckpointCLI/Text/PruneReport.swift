// What a prune does or did, as it is shown and as `--json` prints it.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct PruneReport: Encodable {
  struct Entry: Encodable {
    var id: String
    var kind: RetentionClass
    /// nil for one that is removed or archived.
    var keptBy: String?
    var isForArchive: Bool
  }

  var checkpoints: [Entry]
  /// What is gone now.
  var removed: [String]
  /// Checkpoints whose contents are in archives now.
  var archived: [String]
  /// Checkpoints that are to be verified before others of their kind may go.
  var unverified: [String]
  var freedBytes: Int
  var trashBytes: Int
  /// False after a dry run.
  var isDone: Bool

  init(_ outcome: PruneOutcome, isDry: Bool) {
    let collection = try? outcome.collection?.get()
    checkpoints = outcome.plan.entries.map {
      Entry(
        id: "\($0.manifest.id)", kind: $0.retentionClass, keptBy: $0.reason.map { "\($0)" },
        isForArchive: $0.isForArchive)
    }
    removed = outcome.removed.map(\.description)
    archived = outcome.archives.archived.map { "\($0.id)" }
    unverified = outcome.plan.unverified.map(\.id.description)
    freedBytes = collection?.removed.bytes ?? 0
    trashBytes = collection?.trash.bytes ?? 0
    isDone = !isDry
  }

  /// A line for each checkpoint.
  static func lines(_ plan: PrunePlan, now: Timestamp) -> [String] {
    if plan.entries.isEmpty { return ["there are no checkpoints"] }
    let rows = plan.entries.map { entry in
      [
        "\(entry.manifest.id)", entry.retentionClass.rawValue,
        Format.age(now.secondsSinceEpoch - entry.manifest.createdAt.secondsSinceEpoch),
        entry.reason.map { "kept: \(Format.visible("\($0)"))" }
          ?? (entry.isForArchive ? "to be archived" : "to be removed"),
      ]
    }
    let waiting = plan.unverified.map { "\($0.id) is verified before others of its kind go" }
    return Format.table(rows) + waiting
  }

  static func summary(_ outcome: PruneOutcome) -> String {
    let archived = outcome.archives.archived.count
    if outcome.removed.isEmpty && archived == 0 { return "there is nothing to remove" }
    var parts: [String] = []
    if !outcome.removed.isEmpty {
      parts.append("removed \(Format.plural(outcome.removed.count, "checkpoint"))")
    }
    if archived > 0 { parts.append("archived \(Format.plural(archived, "checkpoint"))") }
    var words = parts.joined(separator: ", ")
    guard let collection = try? outcome.collection?.get() else { return words }
    if collection.removed.bytes > 0 { words += ", \(Format.bytes(collection.removed.bytes)) are free" }
    if collection.trash.bytes > 0 {
      words += ", \(Format.bytes(collection.trash.bytes)) lie in the trash for a day"
    }
    return words
  }
}
