// `checkpoint status`: where the work stands.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

extension Command {
  static let status = Command(
    name: "status", summary: "say where the work stands",
    details:
      """
      The last checkpoint, what has changed since, the store's size, free disk, an interrupted
      operation; databases that were moved aside, warm clones, and what goes on or went wrong in the
      background.
      """,
    options: SharedOptions.database, examples: ["checkpoint status", "checkpoint status --json"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let catalog = Catalog(store)
    let manifests = try catalog.manifests().readable
    let last = manifests.last { !$0.kind.isInternal }
    let now = workspace.clock.now()
    let objects = try workspace.objects()
    // The present state is recorded in quarantine and forgotten: nothing is written to the repository.
    let present = try StateCapture.run(
      workspace.project.location, into: objects,
      policy: workspace.project.capturePolicy(
        excluded: (last?.excluded ?? []).map { GlobPattern($0) } + workspace.project.excludedPatterns))
    var report = StatusReport(
      last: last?.id.description,
      lastAgeSeconds: last.map { now.secondsSinceEpoch - $0.createdAt.secondsSinceEpoch },
      checkpoints: manifests.count { !$0.kind.isInternal }, branch: present.state.branch,
      commit: present.state.head?.description,
      dirty: present.stagedCount + present.unstagedCount + present.untrackedCount + present.conflictCount,
      databases: [], storeBytes: try store.totalByteCount(),
      freeBytes: try FileTree.freeBytes(at: store.root),
      pending: try JournalFile(store).read().map(\.summary), retained: [], givenUp: [],
      background: try WorkerLock.Role.allCases.compactMap { try WorkerLock.running($0, in: store)?.job }
        .joinedOrNil,
      warm: try warm(manifests, catalog))
    report.backgroundFailure =
      WorkerLock.Role.allCases.compactMap { WorkerLock.failure(of: $0, in: store) }.map {
        failure in
        "\(failure.job), \(Format.age(now.secondsSinceEpoch - failure.at.secondsSinceEpoch)): "
          + failure.reason.split(separator: "\n").joined(separator: "; ")
      }.joinedOrNil
    report.reservation = last.flatMap { Reservations($0, try? catalog.notes($0.id)).headline }
    report.notWarm = notWarm(manifests, catalog, warm: report.warm)
    if let tree = last?.git.stateTree, objects.exists(tree) {
      let recorded = try objects.entry(named: "worktree", in: tree)?.id
      report.changedFiles = try objects.differences(from: recorded, to: present.state.worktree).count
      report.commitsMoved = last?.git.head != present.state.head
    }
    report.databases = try databases(workspace, last)
    if !invocation.has("--no-database") {
      let missing = try ExpectedDatabases.missing(
        besides: report.databases.map(\.name), workspace.project.settings, catalog)
      report.missingDatabases = missing.isEmpty ? nil : missing.map(\.label)
      report.notTaken = report.databases.isEmpty ? workspace.discovery().unnamed : nil
    }
    let sources = (try? workspace.sources()) ?? []
    report.retained = try RetainedDatabases(store, sources: sources).list().filter { entry in
      // One that somebody dropped by hand is not kept; where the server does not answer, the store's word stands.
      let source = sources.first { $0.name == entry.record.name } as? any KeepsReplaced
      return (try? source?.isHeld(entry.database)) ?? true
    }.map {
      .init(database: $0.database.database, rescue: $0.rescue.id.description)
    }
    report.givenUp = sources.compactMap { $0 as? any KeepsReplaced }.flatMap { (try? $0.givenUp()) ?? [] }
    let token = try JournalFile(store).read()?.token
    let left = sources.flatMap { (try? $0.leftovers(except: token)) ?? [] }.map(\.text)
    if !left.isEmpty { report.left = left }
    if invocation.console.isJSON {
      try invocation.console.json(report)
    } else {
      StatusText.show(report, invocation.console)
    }
    return .done
  }

  /// Why the newest that should have a clone has none, unless one that came later has.
  private static func notWarm(_ manifests: [Manifest], _ catalog: Catalog, warm: [String]) -> String? {
    for manifest in manifests.reversed() {
      if warm.contains(manifest.id.description) { return nil }
      if let failure = (try? catalog.notes(manifest.id))?.warmFailure {
        return "\(manifest.id): \(failure.reason.split(separator: "\n").joined(separator: "; "))"
      }
    }
    return nil
  }

  /// Checkpoints with a clone.
  private static func warm(_ manifests: [Manifest], _ catalog: Catalog) throws -> [String] {
    manifests.filter { manifest in
      ((try? catalog.notes(manifest.id))?.warm ?? []).contains { $0.seal != nil }
    }.map(\.id.description)
  }

  private static func databases(_ workspace: Workspace, _ last: Manifest?) throws -> [StatusReport.Database] {
    let sources: [any DataSource]
    do { sources = try workspace.allSources().map(\.source) } catch let error as DiscoveryProblem {
      return [.init(name: "main", label: "not found", problem: Diagnostic(error).message)]
    }
    return sources.map { source in
      var report = StatusReport.Database(name: source.name, label: source.label)
      report.recordedByteCount = last?.sources.first { $0.name == source.name }?.liveByteCount
      do {
        let found = try source.outlook()
        (report.label, report.byteCount) = (found.label, found.byteCount)
        report.limits = found.limits.isEmpty ? nil : found.limits
      } catch { report.problem = Diagnostic(error).message }
      return report
    }
  }

}

extension [String] {
  /// In one line; nil where there is nothing.
  fileprivate var joinedOrNil: String? { isEmpty ? nil : joined(separator: "; ") }
}
