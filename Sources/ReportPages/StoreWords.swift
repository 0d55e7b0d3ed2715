// What is said of a store's figures, for `stats` and for every form of a report.

import Checkpoints
import FileSystem
import Formatting

package enum StoreWords {
  /// What is stored, and how long the disk lasts: a name and a text each.
  package static func facts(_ store: StoreSummary) -> [(name: String, text: String)] {
    var facts = [
      (
        name: "stored",
        text: "\(Format.bytes(store.storedBytes)) for \(Format.plural(store.checkpointCount, "checkpoint")), "
          + "\(Format.bytes(store.sharedBytes)) of it shared by several"
      ),
      (
        "contents",
        "\(Format.bytes(store.logicalBytes)); full copies would take \(Format.bytes(store.fullBytes))"
      ),
    ]
    if store.archivedCount > 0 {
      let archived = Format.plural(store.archivedCount, "checkpoint")
      facts.append(("archives", "\(Format.bytes(store.archiveBytes)) for \(archived)"))
    }
    if store.trashBytes > 0 { facts.append(("trash", Format.bytes(store.trashBytes))) }
    if store.unneededBytes > 0 {
      facts.append(("unneeded", "\(Format.bytes(store.unneededBytes)): checkpoint gc"))
    }
    guard let freeBytes = store.freeBytes else { return facts }
    let future =
      store.daysUntilFull.map { ", full in \(time($0)) at \(Format.bytes(store.bytesPerDay)) a day" } ?? ""
    return facts + [("disk", "\(Format.bytes(freeBytes)) free\(future)")]
  }

  private static func time(_ days: Int) -> String {
    days < 90
      ? Format.plural(days, "day")
      : days < 720 ? "\(days / 30) months" : days < 36_500 ? "\(days / 365) years" : "more than 100 years"
  }

  /// Of a table of kinds or sources, after the name.
  package static let usageHeader = ["checkpoints", "contents", "full copies", "its own"]

  package static func usage(_ usage: StoreStatistics.Usage) -> [String] {
    [Format.count(usage.checkpoints)]
      + [usage.logicalBytes, usage.fullBytes, usage.ownBytes].map(Format.bytes)
  }

  /// In the order in which they are listed.
  package static func kinds(_ store: StoreSummary) -> [(name: String, usage: StoreStatistics.Usage)] {
    RetentionClass.allCases.compactMap { kind in store.kinds[kind.rawValue].map { (kind.rawValue, $0) } }
  }

  /// The last ones, or none if nothing was stored in them.
  package static func shownWeeks(_ store: StoreSummary) -> ArraySlice<StoreStatistics.Week> {
    let shown = store.weeks.suffix(12)
    return shown.contains { $0.storedBytes > 0 } ? shown : []
  }

  /// The day on which a week begins.
  package static func day(_ week: StoreStatistics.Week) -> String { String(week.begins.shown.prefix(10)) }
}
