// The processes that work for a store in the background, one of each role at a time: which is running, what it does, what went
// wrong the last time, and how a command that needs the store for itself asks it to end.

import ChunkStore
import FileSystem
import Glibc

/// The right to do one kind of a store's background work, held by a running worker. The kernel releases it when the worker
/// dies.
package final class WorkerLock: Sendable {
  package enum Role: String, CaseIterable, Sendable {
    /// Copies of replaced databases, warm clones, proofs. It may be stopped at any moment and starts over.
    case worker
    /// A git hook's checkpoint. It must not be stopped: its moment does not come back.
    case hook
  }

  /// What a running worker reports about itself.
  package struct State: Codable, Sendable {
    package var process: Int32
    package var startedAt: Timestamp
    /// What it is doing, for people.
    package var job: String
    /// The hook whose checkpoint is taken.
    package var hook: GitHook?
    /// Git waits for it, and the hook reports how it ends.
    package var isAwaited: Bool?
  }

  /// How the last one failed.
  package struct Failure: Codable, Sendable {
    package var at: Timestamp
    package var job: String
    package var reason: String
    /// Whether a later command has reported it.
    package var isTold: Bool?

    package init(at: Timestamp, job: String, reason: String) {
      (self.at, self.job, self.reason) = (at, job, reason)
    }
  }

  private static func failureFile(_ role: Role, _ store: Store) -> BytePath {
    store.root.appending("\(role.rawValue).failure.json")
  }

  /// - Parameter failure: nil if everything was done.
  package static func note(_ failure: Failure?, of role: Role, in store: Store) throws {
    guard let failure else { return try FileTree.remove(failureFile(role, store)) }
    try store.files.replaceFile(failureFile(role, store), with: JSON.encode(failure))
  }

  package static func failure(of role: Role, in store: Store) -> Failure? {
    (try? FileTree.readAll(failureFile(role, store), flags: O_NOFOLLOW)).flatMap {
      try? JSON.decode(Failure.self, from: $0)
    }
  }

  private static func lockFile(_ role: Role, _ store: Store) -> BytePath {
    store.root.appending("lock.\(role.rawValue)")
  }

  private static func stateFile(_ role: Role, _ store: Store) -> BytePath {
    store.root.appending("\(role.rawValue).json")
  }

  private let role: Role
  private let store: Store
  private let lock: FileLock
  private let startedAt: Timestamp

  private init(_ role: Role, _ store: Store, _ lock: FileLock, startedAt: Timestamp) {
    (self.role, self.store, self.lock, self.startedAt) = (role, store, lock, startedAt)
  }

  /// - Parameter seconds: how long to wait for another process that does the work.
  /// - Returns: nil if another process does it.
  package static func acquire(
    _ role: Role, _ store: Store, at now: Timestamp, waiting seconds: Double = 0
  ) throws -> WorkerLock? {
    guard let lock = try FileLock.acquire(lockFile(role, store), .exclusive, waiting: seconds) else {
      return nil
    }
    let worker = WorkerLock(role, store, lock, startedAt: now)
    try worker.announce("starting", isAwaited: true)
    return worker
  }

  deinit { try? FileTree.remove(Self.stateFile(role, store)) }

  package func announce(_ job: String, for hook: GitHook? = nil, isAwaited: Bool = false) throws {
    let state = State(
      process: getpid(), startedAt: startedAt, job: job, hook: hook, isAwaited: isAwaited ? true : nil)
    try store.files.replaceFile(Self.stateFile(role, store), with: JSON.encode(state))
  }

  /// The running worker; nil if there is none.
  package static func running(_ role: Role, in store: Store) throws -> State? {
    try look(role, in: store).running
  }

  /// The last state of a worker that was killed, or went down with the machine, before it was done.
  package static func abandoned(_ role: Role, in store: Store) throws -> State? {
    try look(role, in: store).abandoned
  }

  private static func look(_ role: Role, in store: Store) throws -> (running: State?, abandoned: State?) {
    // Looking must leave no trace, so the lock is only taken if there is a state to ask about.
    guard FileTree.exists(stateFile(role, store)) else { return (nil, nil) }
    let lock = try FileLock.acquire(lockFile(role, store), .shared, isForReading: true)
    return withExtendedLifetime(lock) {
      let state = try? JSON.decode(
        State.self, from: FileTree.readAll(stateFile(role, store), flags: O_NOFOLLOW))
      return lock == nil ? (state, nil) : (nil, state)
    }
  }

  /// Forgets a worker that was killed.
  package static func forgetAbandoned(_ role: Role, in store: Store) throws {
    guard let lock = try FileLock.acquire(lockFile(role, store), .exclusive) else { return }
    try withExtendedLifetime(lock) { try FileTree.remove(stateFile(role, store)) }
  }

  /// Asks a running background worker to end, and waits until it has. Unfinished work is done again later.
  /// - Parameter seconds: how long to wait at most.
  /// - Returns: whether there was one.
  @discardableResult
  package static func stop(in store: Store, waiting seconds: Double) throws -> Bool {
    guard let worker = try running(.worker, in: store) else { return false }
    // It holds the lock, so the number still belongs to it.
    kill(worker.process, SIGTERM)
    _ = try FileLock.acquire(lockFile(.worker, store), .exclusive, waiting: seconds)
    return true
  }
}
