// Reads how well a project is backed up. With ten thousand checkpoints it must take no more than a list of them, so only the
// newest manifests of each kind are read whole, and only the end of the log.

import ChunkStore
import FileSystem

package struct BackupSurvey {
  private let store: Store
  private let catalog: Catalog

  package init(_ store: Store) { (self.store, catalog) = (store, Catalog(store)) }

  package func standing(at now: Timestamp) throws -> BackupStanding {
    let listing = try Listing.read(store)
    var standing = BackupStanding(now: now)
    let usable = listing.entries.filter { !$0.kind.isInternal }
    for kind in Kind.allCases where !kind.isInternal {
      let entries = usable.filter { $0.kind == kind }
      if !entries.isEmpty { standing.kinds.append(try ofKind(kind, entries)) }
    }
    standing.damagedCount =
      listing.unreadable.count
      + usable.count { $0.standing?.isDamaged == true || $0.standing?.restores == false }
    addTrials(listing.entries, to: &standing)
    try addAttempts(to: &standing)
    standing.prunedAt = [standing.prunedAt, try PruneStamp(store).read()].compactMap(\.self).max()
    for entry in try Trash(store).entries() { standing.trashBytes += entry.byteCount }
    let recent = listing.entries.filter {
      (0...Self.span).contains(now.secondsSinceEpoch - $0.createdAt.secondsSinceEpoch)
    }
    standing.bytesPerDay = recent.reduce(0) { $0 + $1.bytesStored } / (Self.span / BackupGoals.day)
    standing.freeBytes = try FileTree.freeBytes(at: store.root)
    standing.pending = try JournalFile(store).read()?.operation
    standing.backgroundFailures = WorkerLock.Role.allCases.compactMap { role in
      WorkerLock.failure(of: role, in: store).map { "\($0.job): \($0.reason)" }
    }
    return standing
  }

  /// The seconds over which growth is measured.
  private static let span = 28 * BackupGoals.day

  /// - Parameter entries: all of this kind, oldest first.
  private func ofKind(_ kind: Kind, _ entries: [ListEntry]) throws -> BackupStanding.OfKind {
    var standing = BackupStanding.OfKind(kind)
    standing.count = entries.count
    standing.storedBytes = entries.reduce(0) { $0 + $1.bytesStored }
    let whole = entries.reversed().lazy.filter { $0.standing?.isDamaged != true }
    // One that was deleted just now has no manifest.
    let manifests = whole.compactMap { try? catalog.manifest($0.id) }.prefix(2)
    guard let newest = manifests.first else { return standing }
    standing.lastSuccess = newest.createdAt
    standing.seconds = newest.durations["total"]
    let before = manifests.dropFirst().first
    standing.sources = newest.data.map { record in
      let earlier = before?.data.first { $0.name == record.name && $0.type == record.type }
      return BackupStanding.Source(
        name: record.name, type: record.type, byteCount: record.liveByteCount,
        previousByteCount: earlier?.liveByteCount, seconds: newest.durations[record.name])
    }
    return standing
  }

  private func addTrials(_ entries: [ListEntry], to standing: inout BackupStanding) {
    let known = entries.compactMap(\.standing)
    let proofs = known.compactMap(\.proof).filter(\.isGood)
    let rehearsals = known.compactMap(\.rehearsal)
    let (proof, rehearsal) = (proofs.max { $0.at < $1.at }, rehearsals.max { $0.at < $1.at })
    standing.provenAt = proof?.at
    standing.rehearsedAt = rehearsal?.at
    standing.isRehearsalGood = rehearsal?.isGood
    // A rehearsal restores everything, a proof only the databases.
    standing.restoreSeconds = (rehearsal.flatMap { $0.isGood ? $0.milliseconds : nil } ?? proof?.milliseconds)
      .map { Double($0) / 1000 }
  }

  /// Of each kind the last attempt.
  private func addAttempts(to standing: inout BackupStanding) throws {
    var seen: Set<Kind> = []
    for entry in try OperationsLog(store).newestFirst() {
      if entry.operation.kind == .prune && entry.outcome.isSuccess {
        standing.prunedAt = max(standing.prunedAt ?? entry.at, entry.at)
      }
      guard let kind = entry.kind.flatMap({ Kind(rawValue: $0) }), !kind.isInternal,
        seen.insert(kind).inserted
      else { continue }
      let index =
        standing.kinds.firstIndex { $0.kind == kind }
        ?? {
          standing.kinds.append(.init(kind))
          return standing.kinds.count - 1
        }()
      switch entry.outcome {
      case .failed(let reason):
        // One that was imported since is a success as well.
        if standing.kinds[index].lastSuccess.map({ $0 < entry.at }) ?? true {
          standing.kinds[index].failure = reason
        }
      case .unchanged:
        standing.kinds[index].lastSuccess = max(standing.kinds[index].lastSuccess ?? entry.at, entry.at)
      case .done: break
      }
    }
  }
}
