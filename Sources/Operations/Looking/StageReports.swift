// What a report says: where a stage stands, or all of them.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension ProjectSession {
  /// - Parameters:
  ///   - stage: a whole name or a short one; nil for all.
  ///   - time: the moment that the report names and counts ages from; nil for now.
  package func report(on stage: String?, at time: Timestamp?) throws -> Report {
    try reading { opened in
      var builder = ReportBuilder(
        project, opened.store, try opened.stability(), try opened.objects(), progress: progress)
      builder.noun = SourceKinds.noun
      // Each state is read once, for the steps that lead to it and from it.
      var comparisons: [Bool: SourceComparison] = [:]
      builder.compareDatabases = { before, after, comparesTables in
        var options = ComparisonOptions()
        options.comparesTables = comparesTables
        let comparison = comparisons[comparesTables] ?? SourceComparison(opened.store, options)
        comparisons[comparesTables] = comparison
        return try comparison.changes(
          from: opened.catalog.sources(of: before), to: opened.catalog.sources(of: after))
      }
      return try builder.report(on: stage, at: time, now: clock.now(), toolVersion: toolVersion)
    }
  }

  /// Where the stages stand, and the stage checkpoints that cannot be read. Without a store there are only folders.
  package func stages() throws -> (stages: [StageOverview], unreadable: [UnreadableManifest]) {
    guard Store.exists(at: project.storePath) else { return (StageOverview.all([], in: worktree), []) }
    return try looking { opened in
      let (manifests, unreadable) = try opened.catalog.manifests(named: { $0.hasPrefix("stage-") })
      return (StageOverview.all(manifests, in: worktree), unreadable)
    }
  }
}
