// A report with everything in it that a report can have, and with any text in the places of text that others wrote.

import FileSystem
import Testing

@testable import Checkpoints
@testable import Git

enum SampleReport {
  static let start = Timestamp(millisecondsSinceEpoch: 1_795_000_000_000)

  static func time(days: Double) -> Timestamp {
    Timestamp(millisecondsSinceEpoch: start.millisecondsSinceEpoch + Int(days * 86_400_000))
  }

  /// - Parameter text: for all places of text that others wrote; `name` identifies each place.
  static func stage(checkpoints count: Int = 8, text: (_ name: String) -> String = { $0 }) throws -> Report {
    let phases = Phase.allCases
    let checkpoints = try (0..<count).map { index in
      try checkpoint(index, phases[min(phases.count - 1, index * phases.count / max(1, count))], text)
    }
    let steps = zip(checkpoints, checkpoints.dropFirst()).filter { $0.phase != $1.phase }.map { from, to in
      step(from, to, text)
    }
    let progress = StageProgress(parts: [
      .init(title: "core", done: 3, open: 1),
      .init(title: text("a heading of progress.md"), done: 0, open: 2),
    ])
    var stage = StageReport(
      id: "stage-02", slug: "stage-02-webrtc-video", checkpoints: checkpoints, steps: steps, whole: nil,
      progress: progress,
      openPoints: [
        StageReport.OpenPoint(part: text("a heading"), text: text("an open point")),
        StageReport.OpenPoint(part: "", text: ""),
      ])
    if count > 1 { stage.whole = step(checkpoints[0], checkpoints[count - 1], text) }
    return report(.stage, [stage], text)
  }

  static func overview(text: (_ name: String) -> String = { $0 }) throws -> Report {
    var stages = try stage(text: text).stages
    stages += try stage(checkpoints: 1, text: text).stages
    stages[1].slug = "stage-03-search"
    stages.append(
      StageReport(
        id: "stage-04", slug: "stage-04", checkpoints: [], steps: [], whole: nil, progress: nil,
        openPoints: []))
    var report = report(.project, stages, text)
    report.store = store(text)
    return report
  }

  private static func store(_ text: (String) -> String) -> StoreSummary {
    func usage(_ checkpoints: Int) -> StoreStatistics.Usage {
      var usage = StoreStatistics.Usage()
      (usage.checkpoints, usage.logicalBytes) = (checkpoints, checkpoints * 9_000_000)
      (usage.fullBytes, usage.ownBytes) = (checkpoints * 2_000_000, 300_000)
      return usage
    }
    var store = StoreSummary()
    (store.checkpointCount, store.logicalBytes, store.fullBytes) = (12, 108_000_000, 24_000_000)
    (store.storedBytes, store.sharedBytes, store.unneededBytes) = (4_100_000, 3_500_000, 20_000)
    (store.trashBytes, store.archivedCount, store.archiveBytes) = (10_000, 1, 900_000)
    (store.freeBytes, store.bytesPerDay, store.daysUntilFull) = (75_000_000_000, 100_000, 750_000)
    store.kinds = ["stage": usage(9), "incremental": usage(3)]
    store.sources = [text("the name of a source"): usage(12)]
    store.weeks = (0..<14).map { week in
      var week = StoreStatistics.Week(begins: time(days: Double(7 * week - 63)))
      (week.checkpoints, week.storedBytes) = (1, 300_000)
      return week
    }
    return store
  }

  static func report(
    _ scope: Report.Scope, _ stages: [StageReport], _ text: (String) -> String = { $0 }
  ) -> Report {
    Report(
      scope: scope, project: text("the project's name"), generatedAt: time(days: 40),
      toolVersion: text("0.1.0"), stages: stages, otherCheckpoints: 3, objectiveSeconds: 300,
      problems: [text("a problem"), text("another one")])
  }

  private static func checkpoint(
    _ index: Int, _ phase: Phase, _ text: (String) -> String
  ) throws -> Report.Checkpoint {
    let moment = time(days: Double(index) * 2.3)
    let id = try #require(CheckpointID("stage-02-\(phase.rawValue)_\(moment.compact)"))
    var checkpoint = Report.Checkpoint(
      id: id, phase: phase, takenAt: moment, message: text("a message"),
      commit: ObjectID(String(repeating: "a\(index % 10)", count: 20)), subject: text("a subject"),
      branch: text("a branch"), isCommitGone: index == 2, dirty: index,
      databases: ["main", text("another database")].map { name in
        Report.DatabaseState(
          name: name, label: text("shop on localhost"), tables: 12, rows: 20_000 + 700 * index,
          byteCount: 9_000_000 + 1_200_000 * index)
      }, tests: nil,
      progress: StageProgress(parts: [.init(title: "core", done: min(4, index), open: 4 - min(4, index))]),
      standing: standing(index, moment, text),
      storage: .init(storedBytes: 400_000 + index, fullCopyBytes: 18_000_000))
    if phase == .complete {
      var run = TestRun(outcome: .failed, command: text("npm test"), exitCode: 1, seconds: 42.7)
      run.counts = .init(passed: 214, failed: 2, skipped: 3)
      (run.runner, run.problem) = (text("JUnit XML"), text("what is odd about the tests"))
      run.tail = text("what the tests printed") + "\n\u{1b}[31mred\u{1b}[0m"
      checkpoint.tests = run
    }
    return checkpoint
  }

  /// One of each that there is.
  private static func standing(
    _ index: Int, _ moment: Timestamp, _ text: (String) -> String
  ) -> Report.Standing {
    var standing = Report.Standing(
      state: "recorded", stable: index == 7 ? text("release v1") : nil, isWarm: false, problems: [])
    switch index % 5 {
    case 1: standing.verifiedAt = moment
    case 2: (standing.state, standing.problems) = ("damaged", [text("a chunk is missing")])
    case 3: standing.proof = Proof(at: moment, seconds: 0.52, problems: [])
    case 4:
      standing.proof = Proof(at: moment, seconds: 0.52, problems: [])
      standing.rehearsal = RehearsalNote(at: moment, result: .passed, restoreSeconds: 1.2)
      standing.isWarm = true
    default: break
    }
    return standing
  }

  private static func step(
    _ from: Report.Checkpoint, _ to: Report.Checkpoint, _ text: (String) -> String
  ) -> Report.Step {
    var changes = Report.Changes()
    (changes.files, changes.linesAdded, changes.linesRemoved, changes.filesWithoutLines) = (29, 1339, 43, 2)
    var database = DatabaseChanges(
      name: "main",
      before: .init(
        label: text("shop on localhost"), tables: 12, rows: 20_000, liveByteCount: 9_000_000,
        textByteCount: nil),
      after: .init(
        label: text("shop on localhost"), tables: 13, rows: 21_000, liveByteCount: 9_800_000,
        textByteCount: nil))
    database.schema = SchemaChanges([
      .init(.added, kind: "table", name: text("public.calls")),
      .init(.changed, kind: "table", name: "public.users", details: [.init(.added, text("column a text"))]),
    ])
    database.tables = [
      TableChanges(
        name: text("public.calls"), change: .added, before: nil,
        after: .init(rows: 55_001, byteCount: 1, chunks: 1, differingChunks: 1, differingRows: 1))
    ]
    var history = CommitSpan()
    (history.added, history.left) = (40, 2)
    history.authors = [.init(name: text("Erik Øst"), commits: 21), .init(name: "Dana Doe", commits: 19)]
    return Report.Step(
      from: from.id, to: to.id, fromPhase: from.phase, toPhase: to.phase,
      seconds: to.takenAt.secondsSinceEpoch - from.takenAt.secondsSinceEpoch, history: history,
      changes: changes, databases: [database])
  }
}
