// Reads how well a project is backed up. With ten thousand checkpoints it must take no more than a list of them, so only a few
// manifests are read whole, and only the end of the log.

import ChunkStore
import FileSystem

package struct BackupSurvey {
  private let store: Store
  private let catalog: Catalog
  private let now: Timestamp

  package init(_ store: Store, at now: Timestamp) {
    (self.store, catalog, self.now) = (store, Catalog(store), now)
  }

  /// The seconds over which growth is measured, and those by which clocks may differ.
  private static let (span, tolerance) = (28 * BackupGoals.day, 300)

  private func isPast(_ time: Timestamp) -> Bool {
    time.secondsSinceEpoch - now.secondsSinceEpoch <= Self.tolerance
  }

  package func standing() throws -> BackupStanding {
    let listing = try Listing.read(store)
    let attempts = BackupAttempts(try OperationsLog(store).newestFirst())
    var standing = BackupStanding(now: now)
    standing.damagedCount = listing.unreadable.count
    var sound: [Sound] = []
    var totals: [Kind: (count: Int, storedBytes: Int)] = [:]
    for entry in listing.entries where !entry.kind.isInternal {
      totals[entry.kind, default: (0, 0)].count += 1
      totals[entry.kind, default: (0, 0)].storedBytes += entry.bytesStored
      if !isPast(entry.createdAt) { standing.futureCount += 1 }
      if !isSound(entry) {
        standing.damagedCount += 1
      } else if isPast(entry.createdAt) {
        let found = attempts.foundAgain["\(entry.id)"].flatMap { isPast($0) ? $0 : nil }
        sound.append(
          Sound(
            id: entry.id, kind: entry.kind, hasData: entry.databaseByteCount != nil,
            at: max(entry.createdAt, found ?? entry.createdAt)))
      }
    }
    sound.sort { $0.at > $1.at }
    let newestWithData = try sound.first(where: \.hasData).map { try catalog.manifest($0.id) }
    let sources = (newestWithData?.data ?? []).map { SourceKey(name: $0.name, type: $0.type) }
    standing.hasSources = !sources.isEmpty
    standing.lastSuccess = sound.first { !standing.hasSources || $0.hasData }?.at
    for kind in Kind.allCases where !kind.isInternal {
      if totals[kind] == nil && attempts.failures[kind] == nil { continue }
      var found = try ofKind(kind, sound.filter { $0.kind == kind }, sources)
      (found.count, found.storedBytes) = totals[kind] ?? (0, 0)
      found.failure = attempts.failures[kind]
      standing.kinds.append(found)
    }
    addTrials(listing.entries, to: &standing)
    try addStore(listing.entries, to: &standing)
    standing.pushedAt = try StoreStamp.pushed(store).read()
    standing.prunedAt = [attempts.prunedAt, try StoreStamp.pruned(store).read()].compactMap(\.self).max()
    standing.backgroundFailures = WorkerLock.Role.allCases.compactMap { role in
      WorkerLock.failure(of: role, in: store).map { "\($0.job): \($0.reason)" }
    }
    return standing
  }

  /// One that can be gone back to, with the last moment at which it was what there is. Ten thousand whole entries would take
  /// longer to sort than to read.
  private struct Sound {
    let id: CheckpointID
    let kind: Kind
    let hasData: Bool
    let at: Timestamp
  }

  private struct SourceKey: Hashable {
    let name: String
    let type: String
  }

  private func isSound(_ entry: ListEntry) -> Bool {
    guard let known = entry.standing, !known.isDamaged, known.restores != false else { return false }
    return !known.isArchived || FileTree.exists(ArchivePlace.path(of: entry.id, in: store))
  }

  /// - Parameters:
  ///   - sound: all of this kind, newest first.
  ///   - sources: those of the project. One that it no longer has would grow old for ever.
  private func ofKind(
    _ kind: Kind, _ sound: [Sound], _ sources: [SourceKey]
  ) throws -> BackupStanding.OfKind {
    var standing = BackupStanding.OfKind(kind)
    guard let newest = sound.first else { return standing }
    standing.lastSuccess = newest.at
    // One that was deleted just now has no manifest.
    standing.seconds = (try? catalog.manifest(newest.id))?.durations["total"]
    let holders = sound.lazy.filter(\.hasData).prefix(Self.looked).compactMap {
      found in (try? catalog.manifest(found.id)).map { (found.at, $0) }
    }
    standing.sources = sources.compactMap { key in
      let records = holders.compactMap { at, manifest in
        manifest.data.first { $0.name == key.name && $0.type == key.type }.map {
          (at, $0, manifest.durations[key.name])
        }
      }.prefix(2)
      return records.first.map { at, record, seconds in
        BackupStanding.Source(
          name: key.name, type: key.type, takenAt: at, byteCount: record.liveByteCount,
          previousByteCount: records.dropFirst().first?.1.liveByteCount, seconds: seconds)
      }
    }
    return standing
  }

  /// So many of a kind are searched for a source.
  private static let looked = 4

  private func addTrials(_ entries: [ListEntry], to standing: inout BackupStanding) {
    let proofs = entries.compactMap { $0.standing?.proof }.filter { $0.isGood && isPast($0.at) }
    let rehearsals = entries.compactMap { $0.standing?.rehearsal }.filter { isPast($0.at) }
    let proof = proofs.max { $0.at < $1.at }
    let rehearsal = rehearsals.max { $0.at < $1.at }
    standing.provenAt = proof?.at
    (standing.rehearsedAt, standing.isRehearsalGood) = (rehearsal?.at, rehearsal?.isGood)
    let measured = rehearsals.filter(\.isGood).max { $0.at < $1.at } ?? proof
    standing.restoreSeconds = measured.map { Double($0.milliseconds) / 1000 }
  }

  private func addStore(_ entries: [ListEntry], to standing: inout BackupStanding) throws {
    let recent = entries.lazy.filter {
      (0...Self.span).contains(now.secondsSinceEpoch - $0.createdAt.secondsSinceEpoch)
    }
    standing.bytesPerDay = recent.reduce(0) { $0 + $1.bytesStored } / (Self.span / BackupGoals.day)
    standing.freeBytes = try FileTree.freeBytes(at: store.root)
    standing.diskBytes = try FileTree.diskBytes(at: store.root)
    standing.trashBytes = TrashNote(store).read()
    // A rollback that is at work holds the store's lock, so this one is not to be had.
    if let lock = try store.lock(.shared, waitingAtMost: 0, isForReading: true) {
      try withExtendedLifetime(lock) { standing.pending = try JournalFile(store).read()?.operation }
    }
  }
}
