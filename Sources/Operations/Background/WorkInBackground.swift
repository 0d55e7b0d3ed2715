// What the background worker does: copies of replaced databases, warm clones, proofs, round after round until nothing is left.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

extension ProjectSession {
  /// Seconds that a job waits for an operation that has the store alone.
  fileprivate static let jobPatience = 10.0
  /// Seconds between two prunes.
  fileprivate static let pruneInterval = 86_400
  /// Seconds without checkpoints after which nothing is pruned by itself.
  fileprivate static let longestPause = 14 * 86_400

  /// Does what is to be done, unless another worker is at it.
  /// - Parameter begin: called when a round begins.
  /// - Returns: whether all of it succeeded.
  package func work(begin: (Store) -> Void) throws -> Bool {
    try covered {
      let store = try openStore()
      var session = self
      session.cause = .worker
      let opened = OpenProject(session, store)
      defer { notices.send() }
      do { return try opened.work(begin) } catch {
        if !(error is Interrupted) && !Interruption.isRequested { try opened.note(error, "start") }
        throw error
      }
    }
  }

  /// Records what went wrong while no command was running, and has the user told when `notices` are sent.
  package func noteFailure(
    of role: WorkerLock.Role, _ job: String, operation: LoggedOperation, reason: String, in store: Store
  ) throws {
    let failure = WorkerLock.Failure(at: clock.now(), job: job, reason: reason)
    let notifier = notifier(store)
    notices.add { notifier.failed(operation, reason) }
    try WorkerLock.note(failure, of: role, in: store)
  }
}

extension OpenProject {
  fileprivate func note(_ error: any Error, _ job: String) throws {
    try session.noteFailure(
      of: .worker, job, operation: .worker(job), reason: Format.oneLine("\(error)"), in: store)
  }

  fileprivate func work(_ begin: (Store) -> Void) throws -> Bool {
    var isComplete = true
    let start = session.clock.now()
    // Another process that came while we worked found us at it and left: one more look after each round.
    while let lock = try WorkerLock.acquire(.worker, store, at: session.clock.now()) {
      begin(store)
      let (isOutdated, isWhole) = try round(lock)
      isComplete = isComplete && isWhole
      if !isOutdated { break }
    }
    // What it had to say itself stays until it is reported.
    if isComplete, let earlier = WorkerLock.failure(of: .worker, in: store), earlier.at < start {
      try WorkerLock.note(nil, of: .worker, in: store)
    }
    if isComplete {
      let notifier = session.notifier(store)
      session.notices.add { notifier.recoveredAll(of: .worker) }
    }
    return isComplete
  }

  /// - Returns: whether something has changed meanwhile, and whether all of it succeeded.
  private func round(_ worker: WorkerLock) throws -> (isOutdated: Bool, isWhole: Bool) {
    var isWhole = true
    let work = BackgroundWork(
      store, sources: try recordedSources(), policy: try WarmPolicy(project.settings), try stability(),
      clock: session.clock, progress: session.progress)
    let before = try work.concerns()
    try RehearsalPlace.removeAbandoned(in: store, location)
    for job in try work.jobs() + pruneJobs() {
      try Interruption.check()
      guard let lock = try store.lock(.shared, waitingAtMost: ProjectSession.jobPatience) else { break }
      if try JournalFile(store).read() != nil { break }
      try worker.announce(job.name)
      try withExtendedLifetime(lock) { isWhole = try run(job) && isWhole }
    }
    return (try work.concerns() != before, isWhole)
  }

  /// Removing what the policies do not keep.
  private func pruneJobs() throws -> [BackgroundWork.Job] {
    if try !isPruneDue() { return [] }
    return [
      BackgroundWork.Job(name: "remove checkpoints that the retention policies do not keep") {
        // Whatever comes of it, it is tried once a day.
        try StoreStamp.pruned(store).write(session.clock.now())
        if try !isClockPlausible() { return nil }
        var request = PruneRequest()
        request.classes = PruneRequest.inBackground
        let plan = try verifiedPlan(request)
        do {
          _ = try remove(plan.removed, request).get()
          var archives = ArchiveOutcome()
          try archive(plan.archived, isOfMany: true, &archives) { _ in }
        } catch GarbageCollection.Problem.underWay {
          // Another process does it.
        }
        return nil
      }
    ]
  }

  /// Whether the present, and the newest checkpoint, are near the checkpoint before. If the clock has jumped ahead, or nothing was done
  /// for a while, ages say little, and there is no hurry.
  /// - Parameter interval: seconds between two checkpoints of those that are to be pruned, if that is known.
  func isClockPlausible(interval: Int = 0) throws -> Bool {
    let now = session.clock.now()
    let times = try [now] + catalog.newestFirst().lazy.map(\.createdAt).filter { $0 <= now }.prefix(2)
    guard let last = times.last else { return false }
    return now.secondsSinceEpoch - last.secondsSinceEpoch <= max(ProjectSession.longestPause, 2 * interval)
  }

  /// Whether the last prune in the background, or the making of the store, is a day ago.
  func isPruneDue() throws -> Bool {
    guard try project.settings[.prune] == "auto" else { return false }
    let made = try FileTree.status(store.root.appending("format"))?.modified.tv_sec
    guard let last = try StoreStamp.pruned(store).read()?.secondsSinceEpoch ?? made else { return false }
    // Also if the clock was set back.
    return abs(session.clock.now().secondsSinceEpoch - last) >= ProjectSession.pruneInterval
  }

  /// - Returns: whether it succeeded.
  private func run(_ job: BackgroundWork.Job) throws -> Bool {
    do {
      // What is no failure of the job, and the next command reports all the same.
      if let remark = try job.run() {
        let failure = WorkerLock.Failure(at: session.clock.now(), job: job.name, reason: remark)
        try WorkerLock.note(failure, of: .worker, in: store)
      }
      return true
    } catch {
      try Interruption.check()
      OperationsLog(store, of: project).append(
        OperationEntry(
          at: session.clock.now(), operation: .worker(job.name), checkpoint: job.checkpoint?.description,
          cause: .worker, seconds: 0, outcome: .failed(Format.oneLine("\(error)"))))
      session.listener.hear(.jobFailed(error))
      try note(error, job.name)
      return false
    }
  }
}
