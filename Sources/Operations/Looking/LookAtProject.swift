// Finding out where the work stands. What does not answer is named, and does not hide the rest.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

extension ProjectSession {
  package func standing() throws -> ProjectStanding {
    try looking { opened in
      let entries = try Listing.read(opened.store).entries
      let last = try opened.catalog.newestFirst().first { !$0.kind.isInternal }
      let objects = try opened.objects()
      let present = try opened.present(
        excluding: (last?.excluded ?? []).map { GlobPattern($0) } + project.excludedPatterns, objects)
      var standing = ProjectStanding(
        now: clock.now(), last: last, checkpointCount: entries.count { !$0.kind.isInternal },
        branch: present.state.branch, commit: present.state.head,
        dirtyCount: present.stagedCount + present.unstagedCount + present.untrackedCount
          + present.conflictCount,
        storeByteCount: try opened.store.totalByteCount(),
        freeByteCount: try FileTree.freeBytes(at: opened.store.root))
      if let tree = last?.git.stateTree, objects.exists(tree) {
        let recorded = try objects.entry(named: "worktree", in: tree)?.id
        standing.changedFileCount = try objects.differences(from: recorded, to: present.state.worktree).count
        standing.hasCommitMoved = last?.git.head != present.state.head
      }
      try opened.addWork(entries, to: &standing)
      try opened.addSources(to: &standing)
      return standing
    }
  }
}

extension OpenProject {
  /// What goes on, went wrong, or was left.
  fileprivate func addWork(_ entries: [ListEntry], to standing: inout ProjectStanding) throws {
    standing.pending = try JournalFile(store).read()
    standing.background = try WorkerLock.Role.allCases.compactMap {
      try WorkerLock.running($0, in: store)?.job
    }
    standing.backgroundFailures = WorkerLock.Role.allCases.compactMap {
      WorkerLock.failure(of: $0, in: store)
    }
    standing.reservation = standing.last.flatMap { Reservations($0, try? catalog.notes($0.id)).headline }
    standing.warm = entries.filter { $0.standing?.isWarm == true }.map(\.id)
    // Why the newest that should have a clone has none, unless one that came later has.
    let newest = entries.last { $0.standing?.isWarm == true || $0.standing?.hasWarmFailure == true }
    if let newest, newest.standing?.isWarm == false,
      let failure = (try? catalog.notes(newest.id))?.warmFailure
    {
      standing.notWarm = (newest.id, failure.reason)
    }
  }

  fileprivate func addSources(to standing: inout ProjectStanding) throws {
    standing.sources = try reached(standing.last)
    if !session.choice.leavesOut {
      standing.missingSources = try ExpectedDatabases.missing(
        besides: standing.sources.map(\.name), project.settings, catalog
      ).map(\.label)
      standing.unnamed = standing.sources.isEmpty ? session.clues().unnamed : nil
    }
    let sources = (try? recordedSources()) ?? []
    standing.retained = try RetainedDatabases(store, sources: sources).list().filter { entry in
      // One that another user dropped by hand is not kept. If the server does not answer, the store's word stands.
      let source = sources.first { $0.name == entry.record.name } as? any KeepsReplaced
      return (try? source?.isHeld(entry.database)) ?? true
    }
    standing.givenUp = sources.compactMap { $0 as? any KeepsReplaced }.flatMap { (try? $0.givenUp()) ?? [] }
    let token = standing.pending?.token
    standing.leftovers = sources.flatMap { (try? $0.leftovers(except: token)) ?? [] }
    // What was not found out because the user has had enough is not to be taken for nothing.
    try Interruption.check()
  }

  private func reached(_ last: Manifest?) throws -> [ProjectStanding.Source] {
    let found: [FoundSource]
    do { found = try session.find(for: .looking) } catch let error as DiscoveryProblem {
      return [.init(name: "main", noun: "database", label: "not found", problem: Format.oneLine("\(error)"))]
    }
    return try found.map(\.source).map { source in
      var known = ProjectStanding.Source(
        name: source.name, noun: SourceKinds.noun(source.type), label: source.label)
      known.recordedByteCount = last?.sources.first { $0.name == source.name }?.liveByteCount
      do {
        let outlook = try source.outlook()
        (known.label, known.byteCount, known.limits) = (outlook.label, outlook.byteCount, outlook.remarks)
      } catch {
        try Interruption.check()
        known.problem = Format.oneLine("\(error)")
      }
      return known
    }
  }
}
