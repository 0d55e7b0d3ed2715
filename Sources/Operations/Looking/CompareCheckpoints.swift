// What differs between two checkpoints, or a checkpoint and the present state, part by part. What cannot be compared is said, and
// does not hide the rest.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

extension ProjectSession {
  /// - Throws: `SourceProblem.noTable` for a pattern that means nothing.
  package func compare(_ request: CompareRequest) throws -> CheckpointChanges {
    try reading { opened in
      let stability = try opened.stability()
      let before = try opened.select(request.before, by: stability)
      let after = try request.after.map { try opened.select($0, by: stability) }
      var changes = CheckpointChanges(
        before: .init(before), after: after.map { .init($0) } ?? .init(at: clock.now()))
      if request.comparesFiles { try opened.compareFiles(before, after, &changes) }
      if request.comparesSources && !choice.leavesOut {
        var options = request.sources
        options.progress = progress
        do {
          let contents = try opened.unpack([before, after].compactMap { $0 }) {
            !$0.isKeptFiles || after == nil
          }
          defer { withExtendedLifetime(contents) {} }
          try opened.compareSources(before, after, options, &changes)
        } catch let error as ArchivingProblem {
          changes.problems.append("\(error)")
          changes.databases = []
        }
      }
      return changes
    }
  }
}

extension OpenProject {
  // MARK: Files

  fileprivate func compareFiles(
    _ before: Manifest, _ after: Manifest?, _ changes: inout CheckpointChanges
  ) throws {
    let objects = try objects()
    let old = ComparedWork(before, objects)
    let kept = try KeptFilesComparison.marks(of: before.keptFiles, in: store)
    let comparison = WorkComparison(location, objects)
    if let after {
      changes.work = try comparison.changes(from: old, to: ComparedWork(after, objects))
      let marks = try KeptFilesComparison.marks(of: after.keptFiles, in: store)
      changes.keptFiles = KeptFilesComparison.changes(from: kept, to: marks)
      return
    }
    let excluded = before.excluded.map { GlobPattern($0) } + project.excludedPatterns
    let present = try present(excluding: excluded, objects)
    changes.work = try comparison.changes(from: old, to: ComparedWork(present, objects))
    changes.work?.problems += present.problems.map { "\($0.path): \($0.reason)" }
    if before.git.stateTree == nil { return }
    let keep = FilesToKeep(
      setAside: present.setAside, ignored: present.ignored, named: [], excluded: excluded)
    let marks = try KeptFiles(project, keep: keep).marks()
    changes.keptFiles = KeptFilesComparison.changes(from: kept, to: marks)
    changes.after.keptFileByteCount = marks.byteCount
  }

  // MARK: Data sources

  fileprivate func compareSources(
    _ before: Manifest, _ after: Manifest?, _ options: ComparisonOptions, _ changes: inout CheckpointChanges
  ) throws {
    let comparison = SourceComparison(store, options)
    let found: [DatabaseChanges]
    if let after {
      found = try comparison.changes(
        from: catalog.sources(of: before), to: catalog.sources(of: after))
    } else {
      do {
        // If the project's own .env is gone, the recorded one says where the database is.
        let present = try sources(for: before).filter(\.isRecorded)
        found = try comparison.changes(from: catalog.sources(of: before), toPresent: present)
      } catch let error as DiscoveryProblem {
        changes.problems.append("the project's database: \(Format.oneLine("\(error)"))")
        changes.databases = []
        return
      }
    }
    func sum(
      _ side: (DatabaseChanges) -> DatabaseChanges.Totals?, _ figure: (DatabaseChanges.Totals) -> Int?
    ) -> Int? {
      let figures = found.compactMap(side).compactMap(figure)
      return figures.isEmpty ? nil : figures.reduce(0, +)
    }
    changes.before.databaseByteCount = sum(\.before) { $0.liveByteCount }
    changes.after.databaseByteCount = sum(\.after) { $0.liveByteCount }
    changes.before.rowByteCount = sum(\.before, \.textByteCount)
    changes.after.rowByteCount = sum(\.after, \.textByteCount)
    changes.databases = found
  }
}
