// A report as lines for a terminal: the facts that one needs while at work, and where to find the rest.

import Checkpoints
import FileSystem
import Formatting
import Git

package struct TerminalReport {
  private let words: ReportWords

  package static func lines(_ report: Report) -> [String] {
    let form = TerminalReport(words: ReportWords(report))
    if report.scope == .stage, let stage = report.stages.first { return form.stage(stage) }
    return form.overview(report)
  }

  private func overview(_ report: Report) -> [String] {
    let header = ["STAGE", "AT", "TAKEN", "PROGRESS", "COMMITS", "LINES", "DATABASE", "TESTS", "STATE"]
    let rows = report.stages.map { stage in
      [
        stage.slug, words.phase(stage), Format.count(stage.checkpoints.count),
        ReportWords.progress(stage.progress), ReportWords.commits(stage.whole?.history),
        ReportWords.lines(stage.whole?.changes), ReportWords.bytes(stage.latest?.databases ?? []),
        ReportWords.tests(stage.tests), stage.latest?.standing.state ?? ReportWords.unknown,
      ]
    }
    let store = report.store.map { StoreWords.facts($0).map { [$0.name, $0.text] } } ?? []
    let stages =
      rows.isEmpty ? ["no stage yet: checkpoint stage-01-start"] : Format.table([header] + rows)
    return stages + (store.isEmpty ? [] : [""] + Format.table(store))
  }

  private func stage(_ stage: StageReport) -> [String] {
    var lines = Format.table(facts(stage))
    if !stage.steps.isEmpty { lines += [""] + Format.table(work(stage)) }
    if !stage.checkpoints.isEmpty { lines += [""] + checkpoints(stage) }
    if !stage.openPoints.isEmpty {
      lines += ["", "open points"]
      lines += stage.openPoints.prefix(Self.shown).map { point in
        let part = point.part.isEmpty ? "" : " (\(Format.visible(point.part)))"
        return "  - \(Format.visible(point.text))\(part)"
      }
      let more = stage.openPoints.count - Self.shown
      if more > 0 { lines.append("  … and \(more) more") }
    }
    return lines
  }

  /// The most lines of a list; the other forms have all of them.
  private static let shown = 12

  private func facts(_ stage: StageReport) -> [[String]] {
    var facts = [["stage", "\(stage.slug), \(words.phase(stage))"]]
    if let period = words.period(stage) { facts.append(["time", period]) }
    if let progress = stage.progress {
      facts.append(["progress", "\(ReportWords.progress(progress)) points done"])
    }
    if let whole = stage.whole {
      let authors =
        (whole.history?.authors.isEmpty ?? true) ? "" : " by \(ReportWords.authors(whole.history))"
      facts.append(["commits", ReportWords.commits(whole.history) + authors])
      let files = whole.changes.map { " in \(Format.plural($0.files, "file"))" } ?? ""
      facts.append(["lines", ReportWords.lines(whole.changes) + files])
    }
    guard let latest = stage.latest else { return facts }
    for database in latest.databases {
      let contents = database.contents ?? Format.plural(database.rows, "row")
      let size = "\(contents), \(Format.bytes(database.byteCount))"
      facts.append([database.noun ?? "database", "\(Format.visible(database.label)): \(size)"])
    }
    if let tests = stage.tests {
      facts.append(["tests", "\(ReportWords.tests(tests)), \(Format.seconds(tests.seconds))"])
    }
    let way = words.wayBack(latest.standing)
    return facts + [
      ["state", latest.standing.state], ["way back", "\(way.time) (\(way.basis))"],
      ["stored", ReportWords.storage(stage.storage)],
    ]
  }

  private func work(_ stage: StageReport) -> [[String]] {
    let header = ["STEP", "TOOK", "COMMITS", "FILES", "LINES", "ROWS", "DATABASE", "SCHEMA"]
    return [header]
      + stage.steps.suffix(Self.shown).map { step in
        let (before, after) = (step.databases.compactMap(\.before), step.databases.compactMap(\.after))
        func sum(_ states: [DatabaseChanges.Totals], _ amount: (DatabaseChanges.Totals) -> Int?) -> Int? {
          states.isEmpty ? nil : states.reduce(0) { $0 + (amount($1) ?? 0) }
        }
        return [
          ReportWords.title(step), Format.duration(step.seconds), ReportWords.commits(step.history),
          ReportWords.files(step.changes), ReportWords.lines(step.changes),
          ReportWords.change(sum(before, \.rows), sum(after, \.rows), Format.count),
          ReportWords.change(sum(before, \.liveByteCount), sum(after, \.liveByteCount), Format.bytes),
          ReportWords.definitions(step).map { Format.plural($0.count, "change") } ?? ReportWords.unknown,
        ]
      }
  }

  private func checkpoints(_ stage: StageReport) -> [String] {
    let header = ["CHECKPOINT", "AGE", "COMMIT", "TESTS", "WAY BACK", "STATE"]
    let rows = stage.checkpoints.suffix(Self.shown).map { checkpoint in
      [
        checkpoint.id.description, words.age(checkpoint.takenAt),
        checkpoint.isCommitGone ? "gone" : checkpoint.commit?.short ?? ReportWords.unknown,
        ReportWords.tests(checkpoint.tests), words.wayBack(checkpoint.standing).time,
        checkpoint.standing.state,
      ]
    }
    let earlier = stage.checkpoints.count - rows.count
    return Format.table([header] + rows) + (earlier > 0 ? ["… and \(earlier) earlier ones"] : [])
  }
}
