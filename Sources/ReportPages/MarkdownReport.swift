// A report as Markdown, with tables instead of the pictures of the HTML form.

import Checkpoints
import FileSystem
import Formatting
import Git

package struct MarkdownReport {
  private let report: Report
  private let words: ReportWords

  package static func render(_ report: Report) -> String {
    let form = MarkdownReport(report: report, words: ReportWords(report))
    var lines: [String]
    if report.scope == .stage, let stage = report.stages.first {
      lines = ["# \(form.text(stage.slug))", "", form.origin] + form.stage(stage, level: "##")
    } else {
      lines = ["# Stages of \(form.text(report.project))", "", form.origin] + form.overview
    }
    if !report.problems.isEmpty {
      lines += ["", "## What is not known", ""] + report.problems.map { "- \(form.text($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func text(_ foreign: String) -> String { Markdown.escaped(foreign) }

  private var origin: String {
    "\(text(report.project)), as of \(Format.minute(report.generatedAt)) UTC, by checkpoint \(text(report.toolVersion))"
  }

  // MARK: All stages

  private var overview: [String] {
    if report.stages.isEmpty { return ["", "No stage yet."] }
    let rows = report.stages.map { stage in
      [
        text(stage.slug), words.phase(stage), "\(stage.checkpoints.count)",
        ReportWords.progress(stage.progress), ReportWords.commits(stage.whole?.history),
        ReportWords.lines(stage.whole?.changes), ReportWords.tests(stage.tests),
        ReportWords.bytes(stage.latest?.databases ?? []), stage.latest?.standing.state ?? ReportWords.unknown,
      ]
    }
    var lines = [""]
    lines += Markdown.table(
      ["stage", "stands at", "checkpoints", "progress", "commits", "lines", "tests", "database", "state"],
      rows)
    let storage = report.stages.reduce(Report.Storage()) { $0 + $1.storage }
    lines += ["", "Stored: \(ReportWords.storage(storage))."]
    if report.otherCheckpoints > 0 {
      lines[lines.count - 1] +=
        " \(Format.plural(report.otherCheckpoints, "more checkpoint")) of no stage."
    }
    for stage in report.stages {
      lines += ["", "## \(text(stage.slug))"] + self.stage(stage, level: "###")
    }
    return lines + (report.store.map(Self.store) ?? [])
  }

  private static func store(_ store: StoreSummary) -> [String] {
    let kinds = StoreWords.kinds(store).map { [$0.name] + StoreWords.usage($0.usage) }
    var lines = ["", "## Storage", "", "| | |", "|---|---|"]
    lines += StoreWords.facts(store).map { "| \($0.name) | \($0.text) |" }
    lines += [""] + Markdown.table(["kind"] + StoreWords.usageHeader, kinds)
    let weeks = StoreWords.shownWeeks(store)
    if weeks.isEmpty { return lines }
    return lines + [""]
      + Markdown.table(
        ["week of", "checkpoints", "stored"],
        weeks.map {
          [StoreWords.day($0), Format.count($0.checkpoints), Format.bytes($0.storedBytes)]
        })
  }

  // MARK: A stage

  private func stage(_ stage: StageReport, level: String) -> [String] {
    var lines = ["", "| | |", "|---|---|"]
    lines += facts(stage).map { "| \($0) | \($1) |" }
    func section(_ title: String, _ body: [String]) {
      if !body.isEmpty { lines += ["", "\(level) \(title)", ""] + body }
    }
    section("Progress", progress(stage))
    section("Open points", points(stage))
    section("Work between phases", work(stage))
    section("Database", databases(stage))
    section("Schema changes", schema(stage))
    section("Tables that changed most", tables(stage))
    section("Tests", tests(stage))
    section("Checkpoints and the way back", checkpoints(stage))
    return lines
  }

  private func facts(_ stage: StageReport) -> [(String, String)] {
    var facts = [("stands at", words.phase(stage))]
    guard let latest = stage.latest else { return facts }
    if let period = words.period(stage) { facts.append(("time", period)) }
    facts.append(("progress", ReportWords.progress(stage.progress)))
    if let whole = stage.whole {
      facts.append(("commits", ReportWords.commits(whole.history)))
      facts.append(("authors", text(ReportWords.authors(whole.history))))
      let files = whole.changes.map { " in \(Format.plural($0.files, "file"))" } ?? ""
      facts.append(("lines", ReportWords.lines(whole.changes) + files))
    }
    for database in latest.databases {
      let contents = database.contents ?? Format.plural(database.rows, "row")
      let size = "\(contents), \(Format.bytes(database.byteCount))"
      facts.append((database.noun ?? "database", "\(text(database.label)): \(size)"))
    }
    let way = words.wayBack(latest.standing)
    return facts + [
      ("tests", ReportWords.tests(stage.tests)), ("state", latest.standing.state),
      ("way back", "\(way.time) (\(way.basis))"), ("stored", ReportWords.storage(stage.storage)),
    ]
  }

  private func progress(_ stage: StageReport) -> [String] {
    guard let progress = stage.progress else { return [] }
    return Markdown.table(
      ["part", "done", "open"], progress.parts.map { [text($0.title), "\($0.done)", "\($0.open)"] })
  }

  private func points(_ stage: StageReport) -> [String] {
    stage.openPoints.map { point in
      "- [ ] \(text(point.text))\(point.part.isEmpty ? "" : " (\(text(point.part)))")"
    }
  }

  private func work(_ stage: StageReport) -> [String] {
    var rows = stage.steps.map { row($0, title: ReportWords.title($0)) }
    if stage.steps.count > 1, let whole = stage.whole {
      rows.append(row(whole, title: "the whole stage"))
    }
    return rows.isEmpty
      ? [] : Markdown.table(["step", "took", "commits", "authors", "files", "lines"], rows)
  }

  private func row(_ step: Report.Step, title: String) -> [String] {
    [
      title, Format.duration(step.seconds), ReportWords.commits(step.history),
      text(ReportWords.authors(step.history)), ReportWords.files(step.changes),
      ReportWords.lines(step.changes),
    ]
  }

  private func databases(_ stage: StageReport) -> [String] {
    let rows = stage.steps.flatMap { step in
      step.databases.map { ReportWords.table($0, step).map(text) }
    }
    return rows.isEmpty ? [] : Markdown.table(["step", "database", "tables", "rows", "size"], rows)
  }

  private func schema(_ stage: StageReport) -> [String] {
    stage.steps.flatMap { step in
      (ReportWords.definitions(step) ?? []).map { object in
        "- \(ReportWords.title(step)): \(object.change.rawValue) \(text(ReportWords.name(object)))"
      }
    }
  }

  private func tables(_ stage: StageReport) -> [String] {
    let rows = ReportWords.tables(stage.whole).map { table in
      [
        text(table.name), ReportWords.change(table.before?.rows, table.after?.rows, Format.count),
      ]
    }
    return rows.isEmpty ? [] : Markdown.table(["table", "rows"], rows)
  }

  private func tests(_ stage: StageReport) -> [String] {
    let runs = stage.checkpoints.compactMap { checkpoint in checkpoint.tests.map { (checkpoint, $0) } }
    guard let (_, last) = runs.last else { return [] }
    var lines = Markdown.table(
      ["checkpoint", "result", "command", "exit code", "took"],
      runs.map { checkpoint, run in
        [
          checkpoint.id.description, ReportWords.tests(run), text(run.command ?? "none configured"),
          run.exitCode.map { "\($0)" } ?? ReportWords.unknown, Format.seconds(run.seconds),
        ]
      })
    let tail = ReportWords.tail(last)
    if !tail.isEmpty { lines += ["", "The end of what they printed:", ""] + tail.map { "    \($0)" } }
    return lines
  }

  private func checkpoints(_ stage: StageReport) -> [String] {
    let rows = stage.checkpoints.map { checkpoint in
      let way = words.wayBack(checkpoint.standing)
      let gone = checkpoint.isCommitGone ? " (gone)" : ""
      return [
        checkpoint.id.description, text(checkpoint.message ?? ""), Format.minute(checkpoint.takenAt),
        (checkpoint.commit?.short ?? ReportWords.unknown) + gone, checkpoint.standing.state,
        words.proof(checkpoint.standing), "\(way.time) (\(way.basis))",
        Format.bytes(checkpoint.storage.storedBytes),
      ]
    }
    return rows.isEmpty
      ? []
      : Markdown.table(
        ["checkpoint", "message", "taken", "commit", "state", "looked at", "way back", "newly stored"], rows)
  }
}
