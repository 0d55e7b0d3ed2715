// All stages in HTML: a summary, pictures over all of them, and a section for each.

import Checkpoints
import FileSystem
import Formatting
import Git

struct OverviewMarkup {
  let report: Report
  let words: ReportWords

  init(_ report: Report, _ words: ReportWords) { (self.report, self.words) = (report, words) }

  private var all: [Report.Checkpoint] {
    report.stages.flatMap(\.checkpoints).sorted { ($0.takenAt, $0.id) < ($1.takenAt, $1.id) }
  }

  var page: Markup {
    """
    <header>
    <p class="project">\(ReportWords.named(report.project))</p>
    <h1>Stages</h1>
    <p class="lead">\(lead)</p>
    \(Tile.grid(tiles))</header>
    <main>
    \(report.stages.isEmpty ? "<p>A stage begins with a checkpoint: checkpoint stage-01-start</p>\n" : .nothing)\(summary)\(timeline)\(work)\(databases)\(StorageMarkup.section(storage, report.store))\(stages)</main>

    """
  }

  private var lead: Markup {
    let complete = report.stages.count { $0.isComplete }
    if report.stages.isEmpty { return "No stage yet." }
    return "\(Format.plural(report.stages.count, "stage")), \(complete) complete"
  }

  private var storage: Report.Storage { report.stages.reduce(Report.Storage()) { $0 + $1.storage } }

  private var tiles: [Tile] {
    let wholes = report.stages.compactMap(\.whole)
    let changes = wholes.compactMap(\.changes).reduce(Report.Changes()) { $0 + $1 }
    let authors = Set(wholes.flatMap { $0.history?.authors ?? [] }.map(\.name)).count
    let progress = report.stages.compactMap(\.progress)
    let (done, open) = (progress.reduce(0) { $0 + $1.done }, progress.reduce(0) { $0 + $1.open })
    let (latest, storage) = (all.last, storage)
    let other = report.otherCheckpoints
    return [
      Tile(
        "Progress", progress.isEmpty ? "\(ReportWords.unknown)" : "\(done) of \(done + open)",
        progress.isEmpty ? "no checkbox in progress.md" : "\(Format.plural(open, "point")) open"),
      Tile(
        "Commits", "\(Format.count(wholes.reduce(0) { $0 + ($1.history?.added ?? 0) }))",
        "by \(Format.plural(authors, "person", "people")), within stages"),
      Tile("Lines", StageMarkup.lines(changes), "within stages"),
      Tile(
        "Database", "\(ReportWords.bytes(latest?.databases ?? []))",
        latest.map { $0.databases.isEmpty ? "none recorded" : "\(ReportWords.rows($0.databases)) rows" } ?? ""
      ),
      Tile(
        "Checkpoints", "\(Format.count(all.count))", other == 0 ? "all of stages" : "and \(other) of no stage"
      ),
      Tile(
        "Last checkpoint", "\(latest.map { words.age($0.takenAt) } ?? ReportWords.unknown)",
        "\(latest?.standing.state ?? "")"),
      Tile(
        "Way back", "\(latest.map { words.wayBack($0.standing).time } ?? ReportWords.unknown)",
        "\(latest.map { words.wayBack($0.standing).basis } ?? "")"),
      Tile(
        "Stored", "\(Format.bytes(storage.storedBytes))",
        storage.fullCopyBytes == 0
          ? "" : "\(ReportWords.percent(storage.storedBytes, of: storage.fullCopyBytes)) of full copies"),
    ]
  }

  private var summary: Markup {
    if report.stages.isEmpty { return .nothing }
    var table = TableMarkup([
      .init("Stage", percent: 28), .init("Stands at"), .figure("Progress"), .figure("Commits"),
      .figure("Lines"), .init("Tests"), .init("State"), .init("Way back"),
    ])
    table.rows = report.stages.map { stage in
      let tests: Markup =
        stage.tests.map { run in
          run.outcome.isFailure
            ? "<span class=\"bad\">\(ReportWords.tests(run))</span>" : "\(ReportWords.tests(run))"
        } ?? "\(ReportWords.unknown)"
      return [
        "<a href=\"#\(stage.slug)\">\(stage.slug)</a>",
        "\(words.phase(stage))\(.small(stage.latest.map { Format.day($0.takenAt) }, look: "nowrap"))",
        "\(ReportWords.progress(stage.progress))", "\(ReportWords.commits(stage.whole?.history))",
        StageMarkup.lines(stage.whole?.changes), tests,
        "\(stage.latest?.standing.state ?? ReportWords.unknown)",
        "\(stage.latest.map { words.wayBack($0.standing).time } ?? ReportWords.unknown)",
      ]
    }
    return "<section>\n<h2>Summary</h2>\n\(table.markup)</section>\n"
  }

  private var timeline: Markup {
    let picture = TimelinePicture.stages(report.stages)
    return picture.isEmpty ? .nothing : "<section>\n<h2>Timeline</h2>\n\(picture)</section>\n"
  }

  private var work: Markup {
    let changed = report.stages.compactMap { stage in stage.whole?.changes.map { (stage.slug, $0) } }
    if changed.isEmpty { return .nothing }
    let stages = BarPicture.render(
      "Lines changed by stage",
      changed.map { slug, changes in
        BarPicture.Row(
          slug, StageMarkup.lines(changes),
          [
            .init(amount: changes.linesAdded, look: .added),
            .init(amount: changes.linesRemoved, look: .removed),
          ])
      })
    return """
      <section>
      <h2>Work</h2>
      <div class="pair">
      \(stages)\(progress)</div>
      </section>

      """
  }

  private var progress: Markup {
    let rows = report.stages.compactMap { stage in
      stage.progress.map { progress in
        BarPicture.Row(
          stage.slug, "\(ReportWords.progress(progress))", [.init(amount: progress.done, look: .done)],
          whole: progress.done + progress.open)
      }
    }
    return rows.isEmpty ? .nothing : BarPicture.render("Points done", rows)
  }

  private var databases: Markup {
    let all = all
    if all.allSatisfy(\.databases.isEmpty) { return .nothing }
    return "<section>\n<h2>Database</h2>\n\(DatabaseMarkup.pictures(all))</section>\n"
  }

  /// A stage's own report has the rest.
  private var stages: Markup {
    let sections = report.stages.map { stage -> Markup in
      let markup = StageMarkup(stage, words, report)
      let points: Markup =
        stage.progress == nil ? .nothing : "<h3>Open points</h3>\n\(markup.openPoints(limit: 8))"
      return """
        <section id="\(stage.slug)">
        <h2>\(stage.slug)</h2>
        <p class="soft">\(markup.lead)</p>
        \(markup.phases)\(Tile.grid(markup.tiles))\(points)</section>

        """
    }
    return sections.joined(separator: .nothing)
  }
}
