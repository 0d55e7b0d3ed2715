// The rows of tables, as `checkpoint diff` prints them.

import Checkpoints
import FileSystem
import Formatting

struct DiffRowText {
  private let sections: DiffSections

  init(_ sections: DiffSections) { self.sections = sections }

  /// Characters of a value on a terminal.
  private static let valueLength = 60

  /// - Parameter limit: tables that are listed.
  func lines(_ tables: [TableChanges], limit: Int) -> [String] {
    if tables.isEmpty { return ["  rows  the same"] }
    let head = "  rows  \(Format.plural(tables.count, "table")) \(tables.count == 1 ? "differs" : "differ")"
    if sections.isStat { return [head + counts(tables)] }
    if !sections.tables.isEmpty { return tables.flatMap(listing) }
    let shown = tables.prefix(limit)
    let rows = shown.map { table in
      ["    \(table.change.sign) \(Format.visible(table.name))", rowCounts(table), difference(table)]
    }
    let more = tables.count - shown.count
    return [head] + Format.table(Array(rows))
      + (more > 0 ? ["    … and \(Format.plural(more, "table")) more: --data"] : [])
  }

  private func counts(_ tables: [TableChanges]) -> String {
    let known = tables.compactMap(\.rows)
    if known.isEmpty { return "" }
    return ": \(sum(known))"
  }

  private func sum(_ rows: [RowChanges]) -> String {
    func total(_ count: (RowChanges) -> Int) -> String { Format.count(rows.reduce(0) { $0 + count($1) }) }
    return "\(total(\.added)) added, \(total(\.removed)) removed, \(total(\.changed)) changed"
  }

  private func rowCounts(_ table: TableChanges) -> String {
    switch (table.before?.rows, table.after?.rows) {
    case (let old?, let new?) where old == new: Format.plural(new, "row")
    case (let old?, let new?): "\(Format.count(old)) → \(Format.plural(new, "row"))"
    case (let old?, nil): Format.plural(old, "row")
    case (nil, let new?): Format.plural(new, "row")
    case (nil, nil): ""
    }
  }

  private func difference(_ table: TableChanges) -> String {
    var parts: [String] = []
    if let rows = table.rows, table.change == .changed {
      parts.append(
        rows.key.isEmpty
          ? "\(Format.count(rows.added)) added, \(Format.count(rows.removed)) removed" : sum([rows]))
    } else if let before = table.before, let after = table.after {
      let (old, new) = (before.differingRows, after.differingRows)
      parts.append(
        "at most \(Format.count(new)) added and \(Format.count(old)) removed, "
          + "in \(after.differingChunks) of \(Format.plural(after.chunks, "chunk"))")
    } else if table.remark == nil {
      parts.append(table.change == .added ? "new" : "gone")
    }
    if let remark = table.remark { parts.append(Format.visible(remark)) }
    return parts.joined(separator: "; ")
  }

  // MARK: Rows

  private func listing(_ table: TableChanges) -> [String] {
    let head =
      "  \(table.change.sign) \(Format.visible(table.name))  \(rowCounts(table)), \(difference(table))"
    guard let rows = table.rows else { return [head] }
    let by = rows.key.isEmpty ? [] : ["    by \(Format.visible(rows.key.joined(separator: ", ")))"]
    var lines = [head] + (rows.total > 0 ? by : []) + rows.listed.map { "    \(line($0))" }
    for (change, count, word) in [
      (ObjectChange.added, rows.added, "added"), (.dropped, rows.removed, "removed"),
      (.changed, rows.changed, "changed"),
    ] {
      let more = count - rows.listed.count { $0.change == change }
      if more > 0 { lines.append("    … and \(Format.count(more)) more \(word): --limit") }
    }
    return lines
  }

  private func line(_ row: RowChanges.Row) -> String {
    let key = row.key.map { "\(Format.visible($0.column))=\(shown($0.after ?? $0.before))" }
    let values = row.values.map { value in
      let column = Format.visible(value.column)
      switch row.change {
      case .added: return "\(column)=\(shown(value.after))"
      case .dropped: return "\(column)=\(shown(value.before))"
      case .changed:
        let (old, new) = Self.around(value.before, value.after)
        return "\(column): \(shown(old)) → \(shown(new))"
      }
    }
    let words = [key.joined(separator: " "), values.joined(separator: row.change == .changed ? "; " : " ")]
    return "\(row.change.sign) \(words.filter { !$0.isEmpty }.joined(separator: "  "))"
  }

  private func shown(_ value: String?) -> String {
    guard let value else { return "NULL" }
    let text = Format.visible(value).substituting("\t", with: "\\t")
    let cut = text.count > Self.valueLength ? text.prefix(Self.valueLength - 1) + "…" : text[...]
    let isPlain = !cut.isEmpty && !cut.contains { $0 == " " || $0 == "=" || $0 == "\"" } && cut != "NULL"
    return isPlain ? String(cut) : "“\(cut)”"
  }

  /// Two long values from a little before their first difference on.
  private static func around(_ old: String?, _ new: String?) -> (String?, String?) {
    guard let old, let new, max(old.count, new.count) > valueLength else { return (old, new) }
    let same = zip(old, new).prefix { $0 == $1 }.count
    if same <= 20 { return (old, new) }
    return ("…" + old.dropFirst(same - 15), "…" + new.dropFirst(same - 15))
  }
}
