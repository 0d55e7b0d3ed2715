// What the store took, in HTML.

import Checkpoints
import Formatting

/// What the store took, and what copies would have taken.
enum StorageMarkup {
  /// - Parameters:
  ///   - storage: of the checkpoints that the report is about.
  ///   - store: the whole store; nil if the report is about a part of it.
  static func section(_ storage: Report.Storage, _ store: StoreSummary? = nil) -> Markup {
    let parts = compared(storage) + (store.map(whole) ?? .nothing)
    if parts.isEmpty { return .nothing }
    return """
      <section>
      <h2>Storage</h2>
      \(parts)</section>

      """
  }

  private static func compared(_ storage: Report.Storage) -> Markup {
    if storage.fullCopyBytes == 0 { return .nothing }
    let rows = [
      BarPicture.Row(
        "In the store", "\(Format.bytes(storage.storedBytes))",
        [.init(amount: storage.storedBytes, look: .accent)]),
      BarPicture.Row(
        "As full copies", "\(Format.bytes(storage.fullCopyBytes))",
        [.init(amount: storage.fullCopyBytes, look: .plain)]),
    ]
    return """
      \(BarPicture.render("Databases and files outside git", rows))<p class="soft">A full copy is the database as large as it was on its server, and the kept files, once for each checkpoint.</p>

      """
  }

  private static func whole(_ store: StoreSummary) -> Markup {
    if store.checkpointCount == 0 { return .nothing }
    var facts = TableMarkup([.init("The whole store", percent: 28), .init("")])
    facts.rows = StoreWords.facts(store).map { ["\($0.name)", "\($0.text)"] }
    var kinds = TableMarkup(
      [.init("Kind", percent: 28)]
        + StoreWords.usageHeader.map { .figure($0.prefix(1).uppercased() + $0.dropFirst()) })
    kinds.rows = StoreWords.kinds(store).map { kind in
      ["\(kind.name)"] + StoreWords.usage(kind.usage).map { "\($0)" }
    }
    let weeks = StoreWords.shownWeeks(store).map { week in
      BarPicture.Row(
        StoreWords.day(week),
        "\(Format.bytes(week.storedBytes)), \(Format.plural(week.checkpoints, "checkpoint"))",
        [.init(amount: week.storedBytes, look: .accent)])
    }
    let growth: Markup = weeks.isEmpty ? .nothing : BarPicture.render("Stored by week", weeks)
    return """
      \(facts.markup)\(kinds.markup)<p class="soft">Its own is what becomes free without all of that kind.</p>
      \(growth)
      """
  }
}
