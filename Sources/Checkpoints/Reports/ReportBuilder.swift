// Gathers what a report says: manifests, notes, the history and trees between phases, progress.md of today. It only reads.
// What cannot be read (a damaged manifest, a commit that is gone) becomes a problem in the report, and the rest is reported.

import ChunkStore
import FileSystem
import Git

package struct ReportBuilder {
  /// Finds what differs between the databases of two checkpoints. This target knows no databases, so the caller gives it.
  package typealias DatabaseComparer = (
    _ from: Manifest, _ to: Manifest, _ comparesTables: Bool
  ) throws -> [DatabaseChanges]

  private let project: Project
  private let catalog: Catalog
  private let stability: Stability
  private let objects: ObjectDatabase
  private let progress: any ProgressReporter
  /// nil if databases are not compared.
  package var compareDatabases: DatabaseComparer?
  /// The word for sources of a type, which this target does not know either.
  package var noun: (_ type: String) -> String = { $0 }

  package init(
    _ project: Project, _ store: Store, _ stability: Stability, _ objects: ObjectDatabase,
    progress: any ProgressReporter
  ) {
    (self.project, self.stability, self.objects) = (project, stability, objects)
    self.progress = progress
    catalog = Catalog(store)
  }

  /// - Parameters:
  ///   - name: the stage; nil for all stages.
  ///   - moment: what the report names and counts ages from; nil for now.
  /// - Throws: `StageProblem`.
  package func report(on name: String?, at moment: Timestamp?, now: Timestamp, toolVersion: String) throws
    -> Report
  {
    let (manifests, unreadable) = try catalog.manifests()
    let all = StageOverview.all(manifests, in: project.location.worktree)
    let chosen = try name.map { [try StageOverview.select($0, among: all)] } ?? all
    var report = Report(
      scope: name == nil ? .project : .stage, project: Self.name(of: project), generatedAt: moment ?? now,
      toolVersion: toolVersion, stages: [],
      otherCheckpoints: manifests.count { !$0.kind.isInternal && $0.kind != .stage },
      objectiveSeconds: try project.settings[.rto], problems: unreadable.map { "\($0)" })
    let comparison = StepComparison(
      objects: objects, authors: objects.commitReader(), known: KnownChanges(catalog.store),
      recorded: RecordedLines(catalog.store, manifests),
      compareDatabases: compareDatabases)
    defer { comparison.known.save() }
    for stage in chosen { report.stages.append(try self.stage(stage, comparison, &report.problems)) }
    if name == nil { try addStore(to: &report, isOfNow: moment == nil) }
    return report
  }

  private func addStore(to report: inout Report, isOfNow: Bool) throws {
    let statistics = try StoreStatistics(catalog.store, now: report.generatedAt, progress: progress)
    report.store = StoreSummary(
      statistics, freeBytes: isOfNow ? try FileTree.freeBytes(at: catalog.store.root) : nil)
    report.problems += statistics.problems.filter { !report.problems.contains($0) }
  }

  /// The same for all working trees of a repository.
  private static func name(of project: Project) -> String {
    let common = project.location.commonDirectory
    let directory = common.lastComponent == ".git" ? common.parent ?? common : project.location.worktree
    return directory.lastComponent.description
  }

  private func stage(
    _ stage: StageOverview, _ comparison: StepComparison, _ problems: inout [String]
  ) throws -> StageReport {
    let manifests = stage.checkpoints
    problems += stage.problems.map { "stages/\(stage.name): \($0)" }
    var report = StageReport(
      id: stage.name.id, slug: stage.name.slug,
      checkpoints: try manifests.map { try checkpoint($0, &problems) }, steps: [], whole: nil,
      progress: stage.progress,
      openPoints: (stage.file?.openPoints ?? []).map {
        StageReport.OpenPoint(part: $0.section, text: $0.text)
      })
    let ends = Self.ends(manifests)
    report.steps = try zip(ends, ends.dropFirst()).map { try comparison.step($0, $1, &problems) }
    if let first = manifests.first, let last = manifests.last, first.id != last.id {
      report.whole = try comparison.whole(first, last, report.steps, &problems)
    }
    return report
  }

  /// The ends of steps: the stage's first checkpoint, and the last one of each phase before another phase begins.
  private static func ends(_ manifests: [Manifest]) -> [Manifest] {
    let last = manifests.indices.filter { index in
      index == manifests.count - 1 || manifests[index].stage?.phase != manifests[index + 1].stage?.phase
    }
    let first = manifests.isEmpty || last.first == 0 ? [] : [manifests[0]]
    return first + last.map { manifests[$0] }
  }

  private func checkpoint(_ manifest: Manifest, _ problems: inout [String]) throws -> Report.Checkpoint {
    var checkpoint = Report.Checkpoint(
      id: manifest.id, phase: manifest.stage?.phase ?? .start, takenAt: manifest.createdAt,
      message: manifest.message, commit: manifest.git.head, subject: manifest.git.headSubject,
      branch: manifest.git.branch, isCommitGone: false, dirty: manifest.git.dirtyCount,
      databases: manifest.databaseStates(noun), tests: manifest.tests, progress: manifest.progress,
      standing: Report.Standing(state: "unknown", isWarm: false, problems: []),
      storage: manifest.storage)
    if let head = manifest.git.head, !objects.exists(head) {
      checkpoint.isCommitGone = true
      problems.append("the commit \(head.short) of \(manifest.id) is gone from the repository")
    }
    do {
      let notes = try catalog.notes(manifest.id)
      checkpoint.standing = Report.Standing(notes, stable: try stability.reason(of: manifest))
    } catch let error as UnreadableManifest {
      problems.append("\(error)")
    }
    return checkpoint
  }
}

extension Report.Standing {
  init(_ notes: Notes, stable: Stability.Reason?) {
    let standing = ListEntry.Standing(notes)
    state = standing.state(isStable: stable != nil)
    self.stable = stable?.description
    (verifiedAt, proof, rehearsal) = (notes.verifiedAt, notes.proof, notes.rehearsal)
    isWarm = standing.isWarm
    problems = (notes.damage ?? []) + (notes.proof?.problems ?? [])
  }
}

extension Manifest {
  func databaseStates(_ noun: (_ type: String) -> String) -> [Report.DatabaseState] {
    sources.filter { !$0.isKeptFiles }.map { source in
      var state = Report.DatabaseState(
        name: source.name, label: source.label, tables: source.counts["tables"] ?? 0,
        rows: source.counts["rows"] ?? 0, byteCount: source.liveByteCount)
      if source.counts["rows"] == nil {
        state.noun = noun(source.type)
        state.contents = source.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
          .joined(separator: ", ")
      }
      return state
    }
  }

  fileprivate var storage: Report.Storage {
    Report.Storage(
      storedBytes: sizes.bytesStored,
      fullCopyBytes: sources.reduce(0) { $0 + ($1.isKeptFiles ? $1.streamByteCount : $1.liveByteCount) })
  }
}
