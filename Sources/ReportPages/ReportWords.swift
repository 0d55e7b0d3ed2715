// What the forms of a report have in common: all of them show the same facts in the same words. Ages are counted from the moment
// that the report names.

import Checkpoints
import FileSystem
import Formatting
import Git

struct ReportWords {
  let now: Timestamp

  init(_ report: Report) { now = report.generatedAt }

  static let unknown = "–"

  func age(_ moment: Timestamp) -> String {
    Format.age(now.secondsSinceEpoch - moment.secondsSinceEpoch)
  }

  /// The text, or a placeholder if it shows nothing.
  static func named(_ text: String) -> String { text.allSatisfy(\.isWhitespace) ? "(no name)" : text }

  // MARK: A stage

  func phase(_ stage: StageReport) -> String {
    guard let phase = stage.phase else { return "not begun" }
    return phase == .complete && !stage.isComplete ? "complete, tests failed" : phase.rawValue
  }

  /// From the first checkpoint to the last.
  func period(_ stage: StageReport) -> String? {
    guard let first = stage.checkpoints.first, let last = stage.checkpoints.last else { return nil }
    let (from, to) = (Format.day(first.takenAt), Format.day(last.takenAt))
    let seconds = last.takenAt.secondsSinceEpoch - first.takenAt.secondsSinceEpoch
    return (from == to ? from : "\(from) to \(to)") + (seconds > 0 ? ", \(Format.duration(seconds))" : "")
  }

  // MARK: Work

  /// “start → core”
  static func title(_ step: Report.Step) -> String {
    step.fromPhase == step.toPhase
      ? "\(step.toPhase.rawValue), repeated" : "\(step.fromPhase.rawValue) → \(step.toPhase.rawValue)"
  }

  static func commits(_ history: CommitSpan?) -> String {
    guard let history else { return unknown }
    let added = Format.count(history.added)
    return history.left == 0 ? added : "\(added), \(Format.count(history.left)) left behind"
  }

  /// The busiest few by name.
  static func authors(_ history: CommitSpan?, limit: Int = 3) -> String {
    guard let authors = history?.authors, !authors.isEmpty else { return unknown }
    let names = authors.prefix(limit).map { "\(Format.visible($0.name)) (\(Format.count($0.commits)))" }
    let more = authors.count > limit ? ", \(authors.count - limit) more" : ""
    return names.joined(separator: ", ") + more
  }

  static func lines(_ changes: Report.Changes?) -> String {
    guard let changes else { return unknown }
    return "+\(Format.count(changes.linesAdded)) −\(Format.count(changes.linesRemoved))"
  }

  static func files(_ changes: Report.Changes?) -> String {
    guard let changes else { return unknown }
    return Format.count(changes.files)
  }

  // MARK: Databases

  static func bytes(_ databases: [Report.DatabaseState]) -> String {
    databases.isEmpty ? unknown : Format.bytes(databases.reduce(0) { $0 + $1.byteCount })
  }

  static func rows(_ databases: [Report.DatabaseState]) -> String {
    databases.isEmpty ? unknown : Format.count(databases.reduce(0) { $0 + $1.rows })
  }

  /// “13.7 MB → 14.9 MB”
  static func change(_ before: Int?, _ after: Int?, _ text: (Int) -> String) -> String {
    switch (before, after) {
    case (let before?, let after?): before == after ? text(after) : "\(text(before)) → \(text(after))"
    case (nil, let after?): "\(text(after)), new"
    case (let before?, nil): "\(text(before)), gone"
    case (nil, nil): unknown
    }
  }

  static func table(_ change: DatabaseChanges, _ step: Report.Step) -> [String] {
    [
      title(step), Format.visible(change.after?.label ?? change.before?.label ?? change.name),
      self.change(change.before?.tables, change.after?.tables, Format.count),
      self.change(change.before?.rows, change.after?.rows, Format.count),
      self.change(change.before?.liveByteCount, change.after?.liveByteCount, Format.bytes),
    ]
  }

  /// Definitions that were added, changed or dropped; nil if they could not be compared. What was added or dropped together
  /// with its table is not counted.
  static func definitions(_ step: Report.Step) -> [SchemaChanges.Object]? {
    let known = step.databases.compactMap(\.schema)
    if known.isEmpty { return nil }
    return known.flatMap { schema in
      let tables = Dictionary(
        schema.objects.filter { $0.kind == "table" && $0.change != .changed }.map { ($0.name, $0.change) },
        uniquingKeysWith: { first, _ in first })
      return schema.objects.filter { object in
        guard let table = object.table, object.kind != "table" else { return true }
        return tables[table] != object.change
      }
    }
  }

  /// “table public.orders”, “index orders_day of public.orders”
  static func name(_ object: SchemaChanges.Object) -> String {
    // A change of a table names the table already.
    let place = object.table.map { object.name.contains($0) ? "" : " of \($0)" } ?? ""
    return Format.visible("\(object.kind) \(object.name)\(place)")
  }

  /// The tables of which most rows came, went or may be others.
  static func tables(_ step: Report.Step?, limit: Int = 8) -> [TableChanges] {
    let changed = (step?.databases ?? []).flatMap { $0.tables ?? [] }
    func extent(_ table: TableChanges) -> Int {
      max(abs(table.growth), table.before?.differingRows ?? 0, table.after?.differingRows ?? 0)
    }
    return changed.sorted { (extent($1), $0.name) < (extent($0), $1.name) }.prefix(limit).map(\.self)
  }

  // MARK: Progress and tests

  static func progress(_ progress: StageProgress?) -> String {
    guard let progress, progress.done + progress.open > 0 else { return unknown }
    return "\(progress.done) of \(progress.done + progress.open)"
  }

  /// Small shares to the tenth.
  static func percent(_ part: Int, of whole: Int) -> String {
    let value = whole == 0 ? 0 : Double(part) * 100 / Double(whole)
    if value > 0 && value < 0.05 { return "under 0.1 %" }
    return value > 0 && value < 9.95 ? "\(Format.decimal(value, 1)) %" : "\(Format.decimal(value, 0)) %"
  }

  static func tests(_ run: TestRun?) -> String {
    guard let run else { return unknown }
    switch run.outcome {
    case .skipped: return "left out"
    case .notStarted: return "did not start"
    case .timedOut: return "took too long"
    case .passed, .failed:
      guard let counts = run.counts else { return run.outcome.rawValue }
      var words = [(counts.failed, "failed"), (counts.passed, "passed"), (counts.skipped, "skipped")]
        .filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
      // A command can fail although no test did.
      if run.outcome == .failed && counts.failed == 0 { words.insert("failed", at: 0) }
      return words.isEmpty ? "\(run.outcome.rawValue), no tests" : words.joined(separator: ", ")
    }
  }

  /// The end of the tests' output, without control sequences of a terminal.
  static func tail(_ run: TestRun) -> [String] {
    guard run.outcome.isFailure, let tail = run.tail, !tail.isEmpty else { return [] }
    return tail.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      Format.visible(withoutColours(line))
    }
  }

  /// Without `ESC [ … letter`.
  private static func withoutColours(_ line: Substring) -> String {
    var kept = String.UnicodeScalarView()
    var rest = line.unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "\u{1b}" && rest.first == "[" {
        rest = rest.dropFirst().drop { (0x20...0x3F).contains($0.value) }.dropFirst()
      } else {
        kept.append(scalar)
      }
    }
    return String(kept)
  }

  // MARK: The way back

  /// How long a rollback takes, if that was measured, and how it was measured.
  func wayBack(_ standing: Report.Standing) -> (time: String, basis: String) {
    if !standing.problems.isEmpty { return ("in doubt", standing.state) }
    if let rehearsal = standing.rehearsal, rehearsal.result == .failed {
      return ("rehearsal failed", age(rehearsal.at))
    }
    var measured: (String, String)?
    if let rehearsal = standing.rehearsal {
      measured = (Format.seconds(rehearsal.restoreSeconds), "rehearsed \(age(rehearsal.at))")
    } else if let proof = standing.proof, proof.isGood {
      measured = (Format.seconds(proof.seconds), "its database, restored and compared \(age(proof.at))")
    }
    if standing.isWarm {
      return ("at once", measured.map { "warm; without, \($0.0), \($0.1)" } ?? "warm")
    }
    return measured ?? ("not measured", "never rehearsed")
  }

  /// When it was verified last, and with what result.
  func proof(_ standing: Report.Standing) -> String {
    if let proof = standing.proof {
      return "\(proof.isGood ? "restored and compared" : "did not restore") \(age(proof.at))"
    }
    if let verified = standing.verifiedAt { return "read and hashed \(age(verified))" }
    return "never looked at"
  }

  // MARK: Storage

  static func storage(_ storage: Report.Storage) -> String {
    let share = percent(storage.storedBytes, of: storage.fullCopyBytes)
    return storage.fullCopyBytes == 0
      ? Format.bytes(storage.storedBytes)
      : "\(Format.bytes(storage.storedBytes)), \(share) of \(Format.bytes(storage.fullCopyBytes)) as full copies"
  }
}
