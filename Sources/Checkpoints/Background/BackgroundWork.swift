// What can wait until the user has their prompt back: copying replaced databases into the store, warm clones, proofs.
// One process a store at a time; it can be killed at any moment, and whoever needs the store alone asks it to stop.

import ChunkStore
import FileSystem
import Glibc

/// The right to do a store's background work, held by a running worker. The kernel drops it when its holder dies.
package final class WorkerLock {
  /// What a running worker says of itself.
  package struct State: Codable, Sendable {
    package var process: Int32
    package var startedAt: Timestamp
    /// What it is doing, in words.
    package var job: String
  }

  /// What went wrong the last time.
  package struct Failure: Codable, Sendable {
    package var at: Timestamp
    package var job: String
    package var reason: String

    package init(at: Timestamp, job: String, reason: String) {
      (self.at, self.job, self.reason) = (at, job, reason)
    }
  }

  private static func failureFile(_ store: Store) -> BytePath { store.root.appending("worker.failure.json") }

  /// - Parameter failure: nil when all that there was to do is done.
  package static func note(_ failure: Failure?, in store: Store) throws {
    guard let failure else { return try FileTree.remove(failureFile(store)) }
    try store.files.replaceFile(failureFile(store), with: JSON.encode(failure))
  }

  package static func failure(in store: Store) -> Failure? {
    (try? FileTree.readAll(failureFile(store))).flatMap { try? JSON.decode(Failure.self, from: $0) }
  }

  private static func lockFile(_ store: Store) -> BytePath { store.root.appending("lock.worker") }
  private static func stateFile(_ store: Store) -> BytePath { store.root.appending("worker.json") }

  private let store: Store
  private let lock: FileLock
  private var state: State

  private init(_ store: Store, _ lock: FileLock, _ state: State) {
    (self.store, self.lock, self.state) = (store, lock, state)
  }

  /// nil while another process does the work.
  package static func acquire(_ store: Store, at now: Timestamp) throws -> WorkerLock? {
    guard let lock = try FileLock.acquire(lockFile(store), .exclusive) else { return nil }
    let worker = WorkerLock(store, lock, State(process: getpid(), startedAt: now, job: "starting"))
    try worker.announce("starting")
    return worker
  }

  deinit { try? FileTree.remove(Self.stateFile(store)) }

  package func announce(_ job: String) throws {
    state.job = job
    try store.files.replaceFile(Self.stateFile(store), with: JSON.encode(state))
  }

  /// The worker that is at work; nil when none is.
  package static func running(in store: Store) throws -> State? {
    // Looking must leave no trace; and where it is free for a moment, nobody holds it.
    guard FileTree.exists(lockFile(store)) else { return nil }
    if try FileLock.acquire(lockFile(store), .shared) != nil { return nil }
    return try? JSON.decode(State.self, from: FileTree.readAll(stateFile(store)))
  }

  /// Asks a running worker to end, and waits until it has. What it was doing is done again later.
  /// - Parameter seconds: how long to wait at most.
  /// - Returns: whether there was one.
  @discardableResult
  package static func stop(in store: Store, waiting seconds: Double) throws -> Bool {
    guard let worker = try running(in: store) else { return false }
    // It holds the lock, so the number is still its own.
    kill(worker.process, SIGTERM)
    _ = try FileLock.acquire(lockFile(store), .exclusive, waiting: seconds)
    return true
  }
}

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

  /// One thing to do, with the words for it.
  package struct Job {
    package var name: String
    package var checkpoint: CheckpointID?
    package var run: () throws -> Void
  }

  /// What the work depends on; another answer than before means that there may be more to do.
  package func concerns() throws -> [CheckpointID] {
    try policy.wanted(in: catalog, stability).map(\.id) + catalog.ids().suffix(1)
  }

  /// What is to be done now, in this order. Each job can find that there is nothing left to do.
  package func jobs() throws -> [Job] {
    let wanted = try policy.wanted(in: catalog, stability)
    var jobs = [
      Job(name: "remove what is half made") { try clones.dropAbandoned() }
    ]
    // The replaced database is the only copy of what was live: its durable one comes before comfort.
    jobs.append(
      Job(name: "copy replaced databases into the store") {
        try retained.secureNewest(progress: progress)
        _ = try retained.settle(progress: progress)
      })
    for manifest in wanted {
      jobs.append(
        Job(name: "make a warm clone of \(manifest.id)", checkpoint: manifest.id) {
          try warm(manifest)
        })
    }
    // Once the new ones are there, so that there is always one to go back to.
    jobs.append(Job(name: "drop stale clones") { try clones.dropStale(except: wanted) })
    // What was copied on the server is warm, and proves nothing about the store.
    for manifest in wanted {
      jobs.append(
        Job(name: "prove \(manifest.id)", checkpoint: manifest.id) {
          if try catalog.notes(manifest.id).proof == nil { _ = try prover.prove(manifest) }
        })
    }
    return jobs
  }

  private func warm(_ manifest: Manifest) throws {
    if try clones.isWarm(manifest) { return }
    do { _ = try clones.make(manifest, within: policy, copyLimit: policy.copyLimit) } catch let error
      as WarmClones.Problem
    {
      // What the settings say is no failure.
      try note(error, of: manifest.id)
    } catch {
      if !(error is Interrupted) { try note(error, of: manifest.id) }
      throw error
    }
  }

  private func note(_ error: any Error, of id: CheckpointID) throws {
    try catalog.updateNotes(id) { $0.warmFailure = WarmFailure(at: clock.now(), reason: "\(error)") }
  }
}
