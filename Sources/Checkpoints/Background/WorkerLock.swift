// One background worker a store at a time: who it is, what it is at, what went wrong the last time, and how whoever needs
// the store alone asks it to end.

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
