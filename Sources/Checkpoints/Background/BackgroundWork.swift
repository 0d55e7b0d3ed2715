// Work that can wait until the user has the prompt back: copying replaced databases into the store, warm clones, proofs.
// Every job may be killed at any moment; it is then found and done again.

import ChunkStore
import FileSystem

package struct BackgroundWork {
  private let store: Store
  private let catalog: Catalog
  private let policy: WarmPolicy
  private let stability: Stability
  private let retained: RetainedDatabases
  private let clones: WarmClones
  private let prover: Prover
  private let clock: any Clock
  private let progress: any ProgressReporter

  package init(
    _ store: Store, sources: [any DataSource], policy: WarmPolicy, _ stability: Stability, clock: any Clock,
    progress: any ProgressReporter
  ) {
    (self.store, self.policy, self.clock, self.progress) = (store, policy, clock, progress)
    self.stability = stability
    catalog = Catalog(store)
    retained = RetainedDatabases(store, sources: sources)
    clones = WarmClones(store, sources: sources, clock: clock, progress: progress)
    prover = Prover(store, sources: sources, clock: clock, progress: progress)
  }

  /// One thing to do, and what to call it.
  package struct Job {
    package var name: String
    package var checkpoint: CheckpointID?
    /// - Returns: what the user should know; nil for nothing.
    package var run: () throws -> String?
  }

  /// The checkpoints that the work depends on. If they change, there may be more to do.
  package func concerns() throws -> [CheckpointID] {
    try policy.wanted(in: catalog, stability).map(\.id) + catalog.ids().suffix(1)
  }

  /// Everything to do now, in this order. A job may find that nothing is left to do.
  package func jobs() throws -> [Job] {
    let wanted = try policy.wanted(in: catalog, stability)
    var jobs = [
      Job(name: "remove what is half made") {
        try clones.dropAbandoned()
        return nil
      }
    ]
    // The replaced database is the only copy of what was live, so it is made durable before anything else.
    jobs.append(
      Job(name: "copy replaced databases into the store") {
        try retained.secureNewest(progress: progress)
        _ = try retained.settle(progress: progress)
        return nil
      })
    for manifest in wanted {
      jobs.append(
        Job(name: "make a warm clone of \(manifest.id)", checkpoint: manifest.id) {
          try warm(manifest)
        })
    }
    // After the new ones are made, so that there is always one to go back to.
    jobs.append(
      Job(name: "drop stale clones") {
        try clones.dropStale(except: wanted)
        return nil
      })
    // A clone that was copied on the server is warm, but it proves nothing about the store.
    for manifest in wanted {
      jobs.append(
        Job(name: "prove \(manifest.id)", checkpoint: manifest.id) {
          guard try catalog.notes(manifest.id).proof == nil else { return nil }
          return try prover.prove(manifest).flatMap { Reservations($0).headline }
        })
    }
    return jobs
  }

  private func warm(_ manifest: Manifest) throws -> String? {
    if try !clones.concern(manifest) || clones.isWarm(manifest) { return nil }
    let wasProven = try catalog.notes(manifest.id).proof != nil
    do { _ = try clones.make(manifest, within: policy, copyLimit: policy.copyLimit) } catch let error
      as WarmClones.Problem
    {
      // A clone that the settings do not allow is no failure.
      try note(error, of: manifest.id)
    } catch {
      if !(error is Interrupted) { try note(error, of: manifest.id) }
      throw error
    }
    return try wasProven ? nil : catalog.notes(manifest.id).proof.flatMap { Reservations($0).headline }
  }

  private func note(_ error: any Error, of id: CheckpointID) throws {
    try catalog.updateNotes(id) { $0.warmFailure = WarmFailure(at: clock.now(), reason: "\(error)") }
  }
}
