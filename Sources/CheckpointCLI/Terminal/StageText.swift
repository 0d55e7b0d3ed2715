// Stages in words: tests, progress, and where each stage stands.

import Checkpoints
import FileSystem

enum TestText {
  /// “passed: 42 passed, 1 skipped (pytest), 3.20 s: npm test”
  static func line(_ run: TestRun) -> String {
    var facts: [String] = []
    if let counts = run.counts { facts.append(Self.counts(counts) + (run.runner.map { " (\($0))" } ?? "")) }
    if let code = run.exitCode, code != 0 { facts.append("exit code \(code)") }
    if run.outcome != .skipped && run.outcome != .notStarted { facts.append(Format.seconds(run.seconds)) }
    if let problem = run.problem { facts.append(Format.visible(problem)) }
    let command = run.command.map { ": \(Format.visible($0))" } ?? ""
    return word(run.outcome) + (facts.isEmpty ? "" : ": \(facts.joined(separator: ", "))") + command
  }

  static func counts(_ counts: TestRun.Counts) -> String {
    let parts = [(counts.passed, "passed"), (counts.failed, "failed"), (counts.skipped, "skipped")]
    let shown = parts.filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
    return shown.isEmpty ? "no tests" : shown.joined(separator: ", ")
  }

  static func word(_ outcome: TestRun.Outcome) -> String {
    switch outcome {
    case .passed, .failed, .skipped: outcome.rawValue
    case .timedOut: "timed out"
    case .notStarted: "not started"
    }
  }

  private static func end(_ run: TestRun) -> String {
    switch run.outcome {
    case .timedOut: "took too long and were ended"
    case .notStarted: "could not be started"
    default: "failed"
    }
  }

  /// What whoever completes a stage should know of its tests.
  static func warnings(_ run: TestRun) -> [String] {
    switch run.outcome {
    case .passed: run.problem.map { ["tests: \(Format.visible($0))"] } ?? []
    case .skipped: ["the tests were not run, so this checkpoint is not stable"]
    case .failed, .timedOut, .notStarted:
      ["the tests \(end(run)), so this checkpoint is not stable"]
    }
  }
}

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

/// A stage, for --json.
struct StageView: Encodable {
  struct Checkpoint: Encodable {
    var id: String
    var phase: String?
    var createdAt: Timestamp
    var progress: StageProgress?
    var tests: TestRun?
  }

  struct Point: Encodable { var section: String, text: String }

  var stage: String
  var id: String
  /// nil without one.
  var folder: String?
  /// nil before the first checkpoint.
  var phase: String?
  /// When each phase was reached last.
  var phases: [String: Timestamp]
  var progress: StageProgress?
  var tests: TestRun?
  var newest: String?
  var checkpoints: [Checkpoint]
  var openPoints: [Point]
  var problems: [String]

  init(_ overview: StageOverview) {
    (stage, id) = (overview.name.slug, overview.name.id)
    folder = overview.hasFolder ? "stages/\(overview.name.slug)" : nil
    phase = overview.phase?.rawValue
    phases = overview.reached.reduce(into: [:]) { $0[$1.phase.rawValue] = $1.checkpoints.last?.createdAt }
    (progress, tests) = (overview.progress, overview.tests)
    newest = overview.checkpoints.last?.id.description
    checkpoints = overview.checkpoints.map {
      .init(
        id: $0.id.description, phase: $0.stage?.phase.rawValue, createdAt: $0.createdAt,
        progress: $0.progress,
        tests: $0.tests)
    }
    openPoints = (overview.file?.openPoints ?? []).map { .init(section: $0.section, text: $0.text) }
    problems = overview.problems
  }
}
