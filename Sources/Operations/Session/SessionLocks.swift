// The ways into a project's store, each with the lock that it needs. Whoever only looks never keeps others waiting for long;
// whoever takes a checkpoint shares the store; whoever replaces or removes something has it alone. While an interrupted
// operation is pending, only the operation that takes it up again may change anything.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

extension ProjectSession {
  /// Seconds that an operation waits for others by default.
  private static let (usualPatience, exclusivePatience) = (10.0, 2.0)
  /// Seconds for a git hook's checkpoint, whose moment does not come back.
  private static let hookPatience = 60.0
  /// Seconds until the user is told whom the operation waits for.
  private static let silence = 0.3
  /// Seconds that the background worker may take to end.
  static let workerPatience = 5.0

  /// For what is in manifests, notes and logs only: these are replaced as a whole, so it takes no lock, waits for no one, and no
  /// one waits for it.
  package func looking<Result>(_ body: (OpenProject) throws -> Result) throws -> Result {
    try covered { try body(OpenProject(self, openStore())) }
  }

  /// For what reads the contents of checkpoints: nothing is removed meanwhile. A read-only store is enough.
  package func reading<Result>(_ body: (OpenProject) throws -> Result) throws -> Result {
    try covered {
      let store = try openStore()
      let lock = try locked(store, .shared, isForReading: true, patience: Self.usualPatience)
      return try withExtendedLifetime(lock) { try body(OpenProject(self, store)) }
    }
  }

  /// For what adds to the store, together with others that do.
  /// - Parameters:
  ///   - makesStore: whether a project that has no store yet gets one: a checkpoint needs no ceremony.
  ///   - isBesidePending: whether it may be done while an interrupted operation is pending, because it is not about anything that
  ///     this one is about.
  ///   - patience: seconds to wait for an operation that has the store alone.
  package func writing<Result>(
    makesStore: Bool = false, isBesidePending: Bool = false, patience: Double? = nil,
    _ body: (OpenProject) throws -> Result
  ) throws -> Result {
    try covered {
      let store = try makesStore ? openOrCreateStore() : openStore()
      let lock = try locked(store, .shared, patience: patience ?? Self.usualPatience)
      return try withExtendedLifetime(lock) {
        if !isBesidePending { try JournalFile(store).requireNone() }
        return try body(OpenProject(self, store))
      }
    }
  }

  /// For what replaces or removes something: no other operation is at work on the store. The background worker is asked to
  /// end; it begins again later.
  /// - Parameters:
  ///   - patience: seconds to wait for others to finish.
  ///   - isResuming: it takes up an interrupted operation; every other one is refused while there is one.
  package func alone<Result>(
    patience: Double? = nil, isResuming: Bool = false, _ body: (OpenProject) throws -> Result
  ) throws -> Result {
    try covered {
      try clock.requireUsable()
      let store = try openStore()
      let wasWorking = try WorkerLock.stop(in: store, waiting: Self.workerPatience)
      // What it was at is still to be done, whatever comes of this.
      defer { if wasWorking { startWorker(store) } }
      let isHookWaitedFor = try WorkerLock.running(.hook, in: store) != nil
      let patience = max(patience ?? Self.exclusivePatience, isHookWaitedFor ? Self.hookPatience : 0)
      let lock = try locked(store, .exclusive, patience: patience)
      return try withExtendedLifetime(lock) {
        if !isResuming { try JournalFile(store).requireNone() }
        return try body(OpenProject(self, store))
      }
    }
  }

  // MARK: The store

  package func openStore() throws -> Store { try opened(project.openStore()) }

  package func openOrCreateStore() throws -> Store {
    try clock.requireUsable()
    return try opened(project.openOrCreateStore())
  }

  /// Failures in the background are reported once, by the next command that opens the store.
  private func opened(_ store: Store) throws -> Store {
    if !reportsFailures { return store }
    let now = clock.now()
    for failure in try BackgroundFailures(store, of: project).untold(at: now) {
      let age = now.secondsSinceEpoch - failure.at.secondsSinceEpoch
      listener.hear(.failedInBackground(failure, secondsAgo: age))
    }
    return store
  }

  // MARK: Waiting

  private func locked(
    _ store: Store, _ mode: FileLock.Mode, isForReading: Bool = false, patience: Double
  ) throws -> FileLock {
    let silence = min(Self.silence, patience)
    if let lock = try store.lock(mode, waitingAtMost: silence, isForReading: isForReading) { return lock }
    listener.hear(.waiting(for: holder(of: store)))
    return try store.lock(mode, waiting: patience - silence, isForReading: isForReading)
  }

  /// Who has the store, as far as that can be found out.
  private func holder(of store: Store) -> SessionEvent.Holder {
    if let hook = try? WorkerLock.running(.hook, in: store) { return .hook(job: hook.job) }
    if let journal = try? JournalFile(store).read() { return .operation(journal.operation, journal.target) }
    if let worker = try? WorkerLock.running(.worker, in: store) { return .worker(job: worker.job) }
    return .unknown
  }

  // MARK: Ending early

  /// Runs the body as an operation that `interruption` ends.
  func covered<Result>(_ body: () throws -> Result) throws -> Result {
    try interruption.covering {
      do { return try body() } catch let error as DatabaseError {
        // A server hears of an interruption a moment late, and may cancel the statement after the one at work.
        if error.isCancelled && Interruption.wasRequested { throw Interrupted() }
        throw error
      }
    }
  }
}
