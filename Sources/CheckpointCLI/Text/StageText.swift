// Stages in words: progress, and where each stage stands.

import Checkpoints
import FileSystem
import Formatting

enum StageText {
  /// “5 of 12 done: Start 2/2, Core 3/5”
  static func progress(_ progress: StageProgress) -> String {
    let parts = progress.parts.map {
      ($0.title.isEmpty ? "" : "\(Format.visible($0.title)) ") + "\($0.done)/\($0.done + $0.open)"
    }
    return "\(share(progress)) done" + (parts.count > 1 ? ": \(parts.joined(separator: ", "))" : "")
  }

  static func share(_ progress: StageProgress) -> String {
    "\(Format.count(progress.done)) of \(Format.count(progress.done + progress.open))"
  }

  /// One that was not reached is told as such.
  private static func phase(_ stage: StageOverview) -> String? {
    guard let phase = stage.phase else { return nil }
    let isFailure = phase == .complete && stage.tests?.outcome.isFailure == true
    return isFailure ? "\(phase.rawValue), tests failed" : phase.rawValue
  }

  static func table(_ stages: [StageOverview], now: Timestamp) -> [String] {
    let header = ["STAGE", "PHASE", "PROGRESS", "TESTS", "CHECKPOINTS", "NEWEST", "AGE"]
    return Format.table(
      [header]
        + stages.map { stage in
          let newest = stage.checkpoints.last
          return [
            stage.name.slug, phase(stage) ?? "-", stage.progress.map(share) ?? "-",
            stage.tests.map { word($0) } ?? "-", "\(stage.checkpoints.count)",
            newest?.id.description ?? "-", newest.map { age($0, now) } ?? "-",
          ]
        })
  }

  private static func word(_ run: TestRun) -> String {
    guard let counts = run.counts, !run.outcome.isFailure else { return TestText.word(run.outcome) }
    return "\(Format.count(counts.passed)) passed"
  }

  private static func age(_ manifest: Manifest, _ now: Timestamp) -> String {
    Format.age(now.secondsSinceEpoch - manifest.createdAt.secondsSinceEpoch)
  }

  static func lines(_ stage: StageOverview, now: Timestamp) -> [String] {
    var head = [
      ["stage", stage.name.slug], ["folder", stage.hasFolder ? "stages/\(stage.name.slug)" : "none"],
      ["phase", phase(stage) ?? "not started"],
    ]
    if let progress = stage.progress { head.append(["progress", Self.progress(progress)]) }
    if let tests = stage.tests { head.append(["tests", TestText.line(tests)]) }
    var lines = Format.table(head)
    let rows = stage.checkpoints.map { manifest in
      [
        "  \(manifest.stage?.phase.rawValue ?? "")", Format.time(manifest.createdAt), manifest.id.description,
        manifest.progress.map(share) ?? "-",
        manifest.tests.map { "tests \(TestText.word($0.outcome))" } ?? "",
      ]
    }
    if !rows.isEmpty { lines += ["checkpoints:"] + Format.table(rows).map(trimmed) }
    let points = stage.file?.openPoints ?? []
    if !points.isEmpty {
      lines +=
        ["open:"] + Format.table(points.map { ["  \(Format.visible($0.section))", Format.visible($0.text)] })
    }
    return lines
  }

  private static func trimmed(_ line: String) -> String {
    line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
  }
}
