// Which checkpoints a prune removes. Every checkpoint has an entry, with the reason why it stays. Only a checkpoint that is
// proven or verified, and not damaged, replaces others: damaged ones are passed over when rules count.

import ChunkStore
import FileSystem
import Git

package struct PrunePlan: Sendable {
  /// Newest first.
  package let entries: [PruneEntry]
  /// Checkpoints that would replace others, and of which it is not known whether they are good: removing has to wait for
  /// their verification.
  package let unverified: [Manifest]

  /// Whether checkpoints are good that were verified for it.
  package let verified: [CheckpointID: Bool]

  /// Nothing as long as some of those that would replace others are not verified.
  package var removed: [Manifest] { unverified.isEmpty ? leaving : [] }
  /// What no rule keeps.
  package var leaving: [Manifest] { entries.filter { $0.reason == nil && !$0.isForArchive }.map(\.manifest) }
  /// Checkpoints whose contents go into archives.
  package var archived: [Manifest] { entries.filter(\.isForArchive).map(\.manifest) }

  package var changesNothing: Bool { removed.isEmpty && archived.isEmpty }

  /// Seconds by which clocks may differ.
  private static let tolerance = 3600

  /// - Parameters:
  ///   - classes: those from which checkpoints are removed.
  ///   - stability: which of them are stable.
  ///   - verified: whether checkpoints are good that were verified just now: on a full disk that could not be noted.
  /// - Throws: for a policy that is wrong, or that keeps nothing.
  package init(
    _ catalog: Catalog, _ settings: Settings, classes: Set<RetentionClass>, _ stability: Stability,
    verified: [CheckpointID: Bool] = [:], now: Timestamp
  ) throws {
    let (manifests, unreadable) = try catalog.manifests()
    if !unreadable.isEmpty { throw Reachability.Unknown(reasons: unreadable.map { "\($0)" }) }
    let found = try manifests.reversed().map {
      Candidate($0, try catalog.notes($0.id), isVerified: verified[$0.id])
    }
    var reasons: [CheckpointID: PruneEntry.Reason] = [:]
    func keep(_ id: CheckpointID, _ reason: PruneEntry.Reason) {
      if reasons[id] == nil { reasons[id] = reason }
    }
    var archiving: Set<RetentionClass> = []
    for retentionClass in RetentionClass.allCases {
      let policy = try RetentionPolicy(settings, for: retentionClass)
      if policy.archives { archiving.insert(retentionClass) }
      let members = found.filter { $0.retentionClass == retentionClass }
      let present = members.filter { !$0.isFuture(now, Self.tolerance) }
      for group in [present.filter { !$0.isDamaged }, present] {
        for (candidate, rule) in zip(group, policy.rules(for: group.map(\.manifest.createdAt), now: now)) {
          if let rule { keep(candidate.manifest.id, .rule(rule)) }
        }
      }
    }
    try Self.protect(found, stability, RetainedDatabases(catalog.store, sources: []), now, keep)

    // An archive is verified itself, so nothing has to replace what goes there.
    for candidate in found where archiving.contains(candidate.retentionClass) {
      if candidate.notes.archive != nil { keep(candidate.manifest.id, .archived) }
      if candidate.isDamaged { keep(candidate.manifest.id, .damaged) }
    }

    // Whatever goes, a newer one of its class stays that is known to be good.
    var unverified: [Manifest] = []
    for retentionClass in classes.subtracting(archiving) {
      let members = found.filter { $0.retentionClass == retentionClass }
      let leaving = members.filter { reasons[$0.manifest.id] == nil }
      guard let newest = leaving.first?.manifest.createdAt else { continue }
      let replacing = members.filter {
        reasons[$0.manifest.id] != nil && !$0.isDamaged && $0.manifest.createdAt >= newest
      }
      if replacing.contains(where: \.isGood) { continue }
      if let next = replacing.first {
        unverified.append(next.manifest)
      } else {
        for candidate in leaving { keep(candidate.manifest.id, .nothingReplacesIt) }
      }
    }
    (self.unverified, self.verified) = (unverified, verified)
    entries = found.filter { classes.contains($0.retentionClass) }.map {
      let reason = reasons[$0.manifest.id]
      return PruneEntry(
        manifest: $0.manifest, retentionClass: $0.retentionClass, reason: reason,
        isForArchive: reason == nil && archiving.contains($0.retentionClass))
    }
  }

  private static func protect(
    _ found: [Candidate], _ stability: Stability, _ retained: RetainedDatabases, _ now: Timestamp,
    _ keep: (CheckpointID, PruneEntry.Reason) -> Void
  ) throws {
    var worktrees: Set<BytePath?> = []
    var (sound, good) = (Lasts(), Lasts())
    for candidate in found {
      let manifest = candidate.manifest
      if candidate.isFuture(now, tolerance) { keep(manifest.id, .future) }
      if let reason = try stability.reason(of: manifest) { keep(manifest.id, .stable(reason)) }
      if candidate.notes.warm?.isEmpty == false { keep(manifest.id, .warm) }
      if manifest.kind == .rescue && candidate.notes.isSpent != true,
        worktrees.insert(manifest.worktree).inserted
      {
        keep(manifest.id, .undo)
      }
      if let entry = retained.entries(of: manifest).first {
        keep(manifest.id, .holds(entry.database.database))
      }
      if candidate.isDamaged { continue }
      // Most were never verified, so the newest of which nothing bad is known stays, too.
      for reason in sound.reasons(for: manifest) { keep(manifest.id, reason) }
      if !candidate.isGood { continue }
      for reason in good.reasons(for: manifest) { keep(manifest.id, reason) }
    }
  }
}

/// Which kinds and databases newer checkpoints have.
private struct Lasts {
  private var kinds: Set<Kind> = []
  private var sources: Set<String> = []

  /// Why a checkpoint stays that is the first with something.
  mutating func reasons(for manifest: Manifest) -> [PruneEntry.Reason] {
    let isLast = kinds.insert(manifest.kind).inserted
    let held =
      manifest.kind.isInternal ? [] : manifest.data.map(\.name).filter { sources.insert($0).inserted }
    return (isLast ? [.lastOfKind] : []) + held.map { .lastOf(source: $0) }
  }
}

/// A checkpoint with what is known about it.
private struct Candidate {
  let manifest: Manifest
  let notes: Notes
  let retentionClass: RetentionClass
  /// nil if it was not verified just now.
  private let isVerified: Bool?

  init(_ manifest: Manifest, _ notes: Notes, isVerified: Bool?) {
    (self.manifest, self.notes, self.isVerified) = (manifest, notes, isVerified)
    retentionClass = RetentionClass(manifest)
  }

  var isDamaged: Bool { isVerified == false || notes.damage != nil || notes.proof?.problems.isEmpty == false }
  var isGood: Bool { !isDamaged && (isVerified == true || notes.proof != nil || notes.verifiedAt != nil) }

  func isFuture(_ now: Timestamp, _ tolerance: Int) -> Bool {
    manifest.createdAt.secondsSinceEpoch > now.secondsSinceEpoch + tolerance
  }
}
