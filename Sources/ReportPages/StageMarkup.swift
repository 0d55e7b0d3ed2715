// A stage in HTML: where it stands, then a section for each part.

import Checkpoints
import FileSystem
import Formatting
import Git

struct StageMarkup {
  let stage: StageReport
  let words: ReportWords
  let report: Report

  init(_ stage: StageReport, _ words: ReportWords, _ report: Report) {
    (self.stage, self.words, self.report) = (stage, words, report)
  }

  var page: Markup {
    """
    <header>
    <p class="project">\(ReportWords.named(report.project))</p>
    <h1>\(stage.slug)</h1>
    <p class="lead">\(lead)</p>
    \(phases)\(Tile.grid(tiles))</header>
    <main>
    \(isEmpty ? "<p>No checkpoint was taken of it yet: checkpoint \(stage.slug)-start</p>\n" : .nothing)\(timeline)\(progress)\(WorkMarkup(stage).section)\(DatabaseMarkup(stage).section)\(TestsMarkup(stage).section)\(checkpoints)\(storage)</main>

    """
  }

  private var isEmpty: Bool { stage.checkpoints.isEmpty }

  /// Where it stands, in a line.
  var lead: Markup {
    guard let latest = stage.latest else { return "No checkpoint yet." }
    let parts = [
      "\(words.phase(stage)), \(latest.standing.state)", words.period(stage) ?? "",
      Format.plural(stage.checkpoints.count, "checkpoint"),
    ]
    return parts.map { part -> Markup in "<span class=\"nowrap\">\(part)</span>" }.joined(separator: " · ")
  }

  /// The four phases, and when each was reached last.
  var phases: Markup {
    let items = Phase.allCases.map { phase -> Markup in
      let last = stage.checkpoints.last { $0.phase == phase }
      let times = stage.checkpoints.count { $0.phase == phase }
      let isBad = phase == .complete && last?.tests?.outcome.isFailure == true
      let look: Markup = last == nil ? .nothing : isBad ? " class=\"failed\"" : " class=\"done\""
      let often = (isBad ? ", tests failed" : "") + (times > 1 ? ", \(times) times" : "")
      return """
        <li\(look)><b>\(phase.rawValue)</b><span>\(last.map { Format.day($0.takenAt) + often } ?? "open")</span></li>

        """
    }
    return "<ol class=\"phases\">\n\(items)</ol>\n"
  }

  /// The eight most important figures.
  var tiles: [Tile] {
    let (databases, whole) = (stage.latest?.databases ?? [], stage.whole)
    let way = stage.latest.map { words.wayBack($0.standing) }
    let storage = stage.storage
    return [
      progressTile,
      Tile(
        "Commits", "\(ReportWords.commits(whole?.history))",
        whole?.history.map { "by \(Format.plural($0.authors.count, "person", "people"))" } ?? "between phases"
      ),
      Tile(
        "Lines", whole.map { Self.lines($0.changes) } ?? "\(ReportWords.unknown)",
        whole?.changes.map { "in \(Format.plural($0.files, "file"))" } ?? "between phases"),
      Tile(
        "Database", "\(ReportWords.bytes(databases))",
        databases.isEmpty ? "none recorded" : "\(ReportWords.rows(databases)) rows"),
      testsTile,
      Tile("Way back", "\(way?.time ?? ReportWords.unknown)", "\(way?.basis ?? "")"),
      Tile(
        "Stored", "\(Format.bytes(storage.storedBytes))",
        storage.fullCopyBytes == 0
          ? "" : "\(ReportWords.percent(storage.storedBytes, of: storage.fullCopyBytes)) of full copies"),
      Tile(
        "Last checkpoint", "\(stage.latest.map { words.age($0.takenAt) } ?? ReportWords.unknown)",
        "\(stage.latest?.standing.state ?? "")"),
    ]
  }

  private var progressTile: Tile {
    guard let progress = stage.progress else {
      return Tile("Progress", "\(ReportWords.unknown)", "no checkbox in progress.md")
    }
    return Tile(
      "Progress", "\(ReportWords.progress(progress))",
      progress.open == 0
        ? "<span class=\"good\">everything done</span>" : "\(Format.plural(progress.open, "point")) open")
  }

  private var testsTile: Tile {
    guard let tests = stage.tests else { return Tile("Tests", "\(ReportWords.unknown)", "none recorded") }
    let all = tests.counts.map { ", \(Format.plural($0.total, "test"))" } ?? ""
    let look: Markup = tests.outcome.isFailure ? "bad" : tests.outcome == .passed ? "good" : "soft"
    let short = ReportWords.tests(tests).split(separator: ", ").first.map(String.init) ?? ""
    return Tile("Tests", "<span class=\"\(look)\">\(short)</span>", "\(Format.seconds(tests.seconds))\(all)")
  }

  static func lines(_ changes: Report.Changes?) -> Markup {
    guard let changes else { return "\(ReportWords.unknown)" }
    func part(_ sign: String, _ count: Int, _ look: Markup) -> Markup {
      "<span class=\"nowrap \(count == 0 ? "soft" : look)\">\(sign)\(Format.count(count))</span>"
    }
    let (added, removed) = (changes.linesAdded, changes.linesRemoved)
    return "\(part("+", added, "good")) \(part("−", removed, "bad"))"
  }

  // MARK: Sections

  private var timeline: Markup {
    if stage.checkpoints.isEmpty { return .nothing }
    return "<section>\n<h2>Timeline</h2>\n\(TimelinePicture.phases(stage))</section>\n"
  }

  private var progress: Markup {
    guard let progress = stage.progress else { return .nothing }
    var parts = progress.parts
    if parts.count > 1 {
      parts.insert(StageProgress.Part(title: "All", done: progress.done, open: progress.open), at: 0)
    }
    var rows = parts.map { part in
      BarPicture.Row(
        ReportWords.named(part.title), "\(part.done) of \(part.done + part.open)",
        [.init(amount: part.done, look: .done)], whole: part.done + part.open)
    }
    if parts.count > 1 { rows[0].isTotal = true }
    return """
      <section>
      <h2>Progress</h2>
      <div class="pair">
      <div>
      \(BarPicture.render("Points done", rows))\(progressOverTime)</div>
      <div>
      <h3>Open points</h3>
      \(openPoints())</div>
      </div>
      </section>

      """
  }

  private var progressOverTime: Markup {
    let points = stage.checkpoints.compactMap { checkpoint -> LinePicture.Point? in
      guard let progress = checkpoint.progress, progress.done + progress.open > 0 else { return nil }
      let percent = progress.done * 100 / (progress.done + progress.open)
      return LinePicture.Point(
        time: checkpoint.takenAt, amount: percent,
        title: "\(checkpoint.id): \(ReportWords.progress(progress))")
    }
    guard points.count > 1, let scale = TimeScale(stage.checkpoints.map(\.takenAt)) else { return .nothing }
    return LinePicture.render(
      "Done, checkpoint by checkpoint", [.init(name: "done", points: points)], scale: scale, most: 100
    ) { "\($0) %" }
  }

  func openPoints(limit: Int = .max) -> Markup {
    if stage.openPoints.isEmpty {
      let isDone = stage.progress?.open == 0
      return
        "<p class=\"soft\">\(isDone ? "None: everything is done." : "None in progress.md as it is now.")</p>\n"
    }
    let items = stage.openPoints.prefix(limit).map { point -> Markup in
      let part: Markup = .small(point.part)
      return "<li>\(ReportWords.named(point.text))\(part)</li>\n"
    }
    let more = stage.openPoints.count - limit
    return "<ul class=\"points\">\n\(items)</ul>\n"
      + (more > 0 ? "<p class=\"soft\">and \(more) more</p>\n" : .nothing)
  }

  private var checkpoints: Markup {
    if stage.checkpoints.isEmpty { return .nothing }
    var table = TableMarkup([
      .init("Checkpoint", percent: 29), .init("Taken"), .init("Commit", percent: 19),
      .init("State", percent: 17),
      .init("Way back", percent: 16),
      .figure("Newly stored"),
    ])
    table.rows = stage.checkpoints.map(row)
    let goal: Markup =
      report.objectiveSeconds.map { "<p class=\"soft\">A restore may take \($0) s (checkpoint.rto).</p>\n" }
      ?? .nothing
    return "<section>\n<h2>Checkpoints and the way back</h2>\n\(goal)\(table.markup)</section>\n"
  }

  private func row(_ checkpoint: Report.Checkpoint) -> [Markup] {
    let standing = checkpoint.standing
    let way = words.wayBack(standing)
    let commit: Markup
    if let id = checkpoint.commit {
      let gone: Markup =
        checkpoint.isCommitGone ? .small("gone from the repository", look: "bad") : .nothing
      commit = "<code>\(id.short)</code>\(gone)\(.small(checkpoint.subject))"
    } else {
      commit = "none yet"
    }
    let found = standing.problems.prefix(3).map { Markup.small($0) }
    let look: Markup = standing.problems.isEmpty ? .nothing : " class=\"bad\""
    let stable = Markup.small(standing.stable.map { "stable: \($0)" })
    return [
      "\(checkpoint.phase.rawValue)<code>\(checkpoint.id.description)</code>\(.small(checkpoint.message))",
      Self.moment(checkpoint.takenAt),
      commit,
      "<span\(look)>\(standing.state)</span>\(.small(words.proof(standing)))\(stable)\(found)",
      "\(way.time)\(.small(way.basis))", "\(Format.bytes(checkpoint.storage.storedBytes))",
    ]
  }

  /// A line break is allowed between day and time, and nowhere else.
  private static func moment(_ time: Timestamp) -> Markup {
    let words = Format.minute(time).split(separator: " ")
    return words.map { word -> Markup in "<span class=\"nowrap\">\(String(word))</span>" }.joined(
      separator: " ")
  }

  private var storage: Markup { StorageMarkup.section(stage.storage) }
}
