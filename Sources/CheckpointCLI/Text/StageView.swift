// A stage as JSON.

import Checkpoints
import FileSystem

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
