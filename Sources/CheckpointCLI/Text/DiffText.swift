// What `checkpoint diff` prints for people. All text of others goes through `Format.visible`.

import Checkpoints
import FileSystem
import Formatting

struct DiffText {
  private let sections: DiffSections

  init(_ sections: DiffSections) { self.sections = sections }

  /// Lines of an overview before it says how many more there are.
  private static let brief = (files: 20, directories: 10, objects: 40, details: 8, tables: 30)

  func lines(_ changes: CheckpointChanges) -> [String] {
    var lines = Format.table([
      ["from", place(changes.before, changes.work?.before)],
      ["to", place(changes.after, changes.work?.after)],
    ])
    if let work = changes.work { lines += files(work) }
    if let kept = changes.keptFiles { lines += configuration(kept) }
    for database in changes.databases ?? [] { lines += self.database(database) }
    if sections.showsFiles && sections.showsDatabases { lines += sizes(changes) }
    lines += changes.problems.map { "not compared: \(Format.visible($0))" }
    return lines
  }

  private func place(_ side: CheckpointChanges.Side, _ place: WorkChanges.Place?) -> String {
    let name = side.checkpoint.map(\.description) ?? "now"
    guard let place else { return name }
    let branch = place.branch.map { "on \(Format.visible($0))" } ?? "detached"
    guard let head = place.head else { return "\(name), no commit yet, \(branch)" }
    return "\(name), \(head.short) \(branch): \(Format.visible(place.subject ?? ""))"
  }

  // MARK: Files

  private func files(_ work: WorkChanges) -> [String] {
    var lines: [String] = []
    if let added = work.commitsAdded, let removed = work.commitsRemoved, added + removed > 0 {
      let parts = [(added, "more"), (removed, "no longer there")].filter { $0.0 > 0 }
      lines.append("commits  " + parts.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", "))
    }
    if let files = work.files {
      lines.append("files  " + (files.isEmpty ? "no file differs" : total(files, work)))
      if !files.isEmpty { lines += directories(work.directories) + (sections.isStat ? [] : list(files)) }
    }
    return lines + work.problems.map { "  not compared: \(Format.visible($0))" }
      + work.remarks.map { "  \(Format.visible($0))" }
  }

  private func total(_ files: [WorkChanges.File], _ work: WorkChanges) -> String {
    let kinds: [(WorkChanges.File.Change, String)] = [
      (.added, "added"), (.deleted, "deleted"), (.changed, "changed"), (.moved, "moved"),
    ]
    let counts = kinds.compactMap { change, word in
      let count = files.count { $0.change == change }
      return count > 0 ? "\(Format.count(count)) \(word)" : nil
    }
    let growth = work.growth < 0 ? "-\(Format.bytes(-work.growth))" : "+\(Format.bytes(work.growth))"
    return "\(Format.plural(files.count, "file")): \(counts.joined(separator: ", ")), "
      + "+\(Format.count(work.linesAdded)) -\(Format.count(work.linesRemoved)) lines, \(growth)"
  }

  private func directories(_ all: [WorkChanges.Directory]) -> [String] {
    if all.count < 2 { return [] }
    let shown = all.prefix(sections.files ? .max : Self.brief.directories)
    let rows = shown.map { directory in
      [
        "  \(Format.visible("\(directory.path)"))", Format.plural(directory.files, "file"),
        "+\(Format.count(directory.linesAdded)) -\(Format.count(directory.linesRemoved))",
      ]
    }
    let more = all.count - shown.count
    return Format.table(Array(rows))
      + (more > 0 ? ["  … and \(Format.plural(more, "directory", "directories")) more"] : [])
  }

  private func list(_ files: [WorkChanges.File]) -> [String] {
    let shown = files.prefix(sections.files ? .max : Self.brief.files)
    let rows = shown.map { file in
      [
        "    \(file.change.rawValue)", lines(of: file),
        (file.from.map { "\(Format.visible("\($0)")) → " } ?? "") + Format.visible("\(file.path)"),
      ]
    }
    let more = files.count - shown.count
    return Format.table(Array(rows))
      + (more > 0 ? ["    … and \(Format.plural(more, "file")) more: --files"] : [])
  }

  private func lines(of file: WorkChanges.File) -> String {
    if file.change == .moved { return "" }
    if file.isModeAlone == true { return "mode" }
    if let added = file.linesAdded, let removed = file.linesRemoved { return "+\(added) -\(removed)" }
    let sizes = [file.bytesBefore, file.bytesAfter].compactMap { $0.map(Format.bytes) }
    let word = file.uncounted?.rawValue ?? "not counted"
    return sizes.isEmpty || file.uncounted == .link ? word : "\(word), \(sizes.joined(separator: " → "))"
  }

  private func configuration(_ kept: [KeptFileChange]) -> [String] {
    if kept.isEmpty { return sections.files ? ["configuration  no file that git must not hold differs"] : [] }
    if sections.isStat {
      return ["configuration  \(Format.plural(kept.count, "file")) that git must not hold"]
    }
    let rows = kept.map { file in
      [
        "  \(file.change == .dropped ? "deleted" : file.change.rawValue)", Format.visible("\(file.path)"),
      ]
    }
    return ["configuration  \(Format.plural(kept.count, "file")) that git must not hold"] + Format.table(rows)
  }

  // MARK: Databases

  private func database(_ changes: DatabaseChanges) -> [String] {
    var labels = [changes.before, changes.after].compactMap { $0?.label }
    if labels.first == labels.last { labels = Array(labels.prefix(1)) }
    let label = labels.joined(separator: " → ")
    var lines = ["\(changes.noun ?? "database") \(Format.visible(changes.name))  \(Format.visible(label))"]
    switch (changes.before, changes.after) {
    case (nil, _?): lines.append("  not in the first state")
    case (_?, nil) where changes.problems.isEmpty: lines.append("  not in the second state")
    case (let before?, let after?): lines.append("  \(totals(before, after))")
    default: break
    }
    if let schema = changes.schema { lines += self.schema(schema) }
    if let tables = changes.tables { lines += DiffRowText(sections).lines(tables, limit: tableLimit) }
    if let sequences = changes.sequences, !sequences.isEmpty, sections.data, !sections.isStat,
      sections.tables.isEmpty
    {
      lines.append("  sequences")
      lines += Format.table(
        sequences.map { sequence in
          ["    \(Format.visible(sequence.name))", "\(sequence.before ?? "-") → \(sequence.after ?? "-")"]
        })
    }
    lines += (changes.otherData ?? []).map { "  \(Format.visible($0)) differ" }
    return lines + changes.problems.map { "  not compared: \(Format.visible($0))" }
      + changes.remarks.map { "  \(Format.visible($0))" }
  }

  private var tableLimit: Int { sections.isStat ? 0 : sections.data ? .max : Self.brief.tables }

  private func totals(_ before: DatabaseChanges.Totals, _ after: DatabaseChanges.Totals) -> String {
    func change(_ old: Int, _ new: Int, _ text: (Int) -> String) -> String {
      old == new ? text(new) : "\(text(old)) → \(text(new))"
    }
    var parts: [String] = []
    if let old = before.tables, let new = after.tables {
      parts.append(change(old, new) { Format.plural($0, "table") })
    }
    if let old = before.rows, let new = after.rows {
      parts.append(change(old, new) { Format.plural($0, "row") })
    }
    parts.append(change(before.liveByteCount, after.liveByteCount, Format.bytes))
    return parts.joined(separator: ", ")
  }

  private func schema(_ schema: SchemaChanges) -> [String] {
    if schema.isEmpty { return ["  schema  the same"] }
    let counts = ObjectChange.allCases.compactMap { change in
      let count = schema.count(change)
      return count > 0 ? "\(Format.count(count)) \(change.rawValue)" : nil
    }
    let head = "  schema  \(counts.joined(separator: ", "))"
    if sections.isStat { return [head] }
    let all = schema.lines(detailLimit: sections.schema ? .max : Self.brief.details)
    let shown = all.prefix(sections.schema ? .max : Self.brief.objects)
    let more = all.count - shown.count
    return [head] + shown.map { "    \(Format.visible($0))" }
      + (more > 0 ? ["    … and \(Format.plural(more, "line")) more: --schema"] : [])
  }

  private func sizes(_ changes: CheckpointChanges) -> [String] {
    let (before, after) = (changes.before, changes.after)
    func figure(_ word: String, _ old: Int?, _ new: Int?) -> [String] {
      if old == nil && new == nil { return [] }
      return ["  \(word)", [old, new].map { $0.map(Format.bytes) ?? "-" }.joined(separator: " → ")]
    }
    let rows = [
      figure("databases", before.databaseByteCount, after.databaseByteCount),
      figure("their rows as text", before.rowByteCount, after.rowByteCount),
      figure("files that git must not hold", before.keptFileByteCount, after.keptFileByteCount),
      figure("newly stored for it", before.storedByteCount, after.storedByteCount),
    ].filter { !$0.isEmpty }
    return ["sizes"] + Format.table(rows)
  }
}
