// What can wait until the user has the prompt back: copying replaced databases into the store, warm clones, proofs.
// Every job can be killed at any moment, and the next worker finds it again.

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

  /// One thing to do. Its name says what, for people.
  package struct Job {
    package var name: String
    package var checkpoint: CheckpointID?
    /// - Returns: what the user should know.
    package var run: () throws -> String?

    package init(name: String, checkpoint: CheckpointID? = nil, run: @escaping () throws -> String?) {
      (self.name, self.checkpoint, self.run) = (name, checkpoint, run)
    }
  }

  /// What the work depends on: if the answer has changed, there may be more to do.
  package func concerns() throws -> [CheckpointID] {
    try policy.wanted(in: catalog, stability).map(\.id) + catalog.ids().suffix(1)
  }

  /// What is to be done now, in this order. A job that finds nothing left to do just ends.
  package func jobs() throws -> [Job] {
    let wanted = try policy.wanted(in: catalog, stability)
    var jobs = [
      Job(name: "remove what is half made") {
        try clones.dropAbandoned()
        return nil
      }
    ]
    // A replaced database is the only copy of what was live, so it is copied before anything that is mere comfort.
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
    // Only now, when the new ones are there: there is always one to go back to.
    jobs.append(
      Job(name: "drop stale clones") {
        try clones.dropStale(except: wanted)
        return nil
      })
    // A clone that was copied on the server proves nothing about the store.
    for manifest in wanted {
      jobs.append(
        Job(name: "prove \(manifest.id)", checkpoint: manifest.id) {
          guard try catalog.notes(manifest.id).proof == nil else { return nil }
          let contents = try unpack(manifest)
          defer { withExtendedLifetime(contents) {} }
          return try prover.prove(manifest).flatMap { Reservations($0).headline }
        })
    }
    return jobs
  }

  private func unpack(_ manifest: Manifest) throws -> UnpackedContents? {
    try UnpackedContents.of([manifest], in: catalog.store, progress: progress) { !$0.isKeptFiles }
  }

  private func warm(_ manifest: Manifest) throws -> String? {
    if try !clones.concern(manifest) || clones.isWarm(manifest) { return nil }
    let contents = try unpack(manifest)
    defer { withExtendedLifetime(contents) {} }
    let wasProven = try catalog.notes(manifest.id).proof != nil
    do { _ = try clones.make(manifest, within: policy, copyLimit: policy.copyLimit) } catch let error
      as WarmClones.Problem
    {
      // A limit of the settings is no failure.
      try note(error, of: manifest.id)
    } catch {
      try Interruption.check()
      try note(error, of: manifest.id)
      throw error
    }
    return try wasProven ? nil : catalog.notes(manifest.id).proof.flatMap { Reservations($0).headline }
  }

  private func note(_ error: any Error, of id: CheckpointID) throws {
    try catalog.updateNotes(id) { $0.warmFailure = WarmFailure(at: clock.now(), reason: "\(error)") }
  }
}
