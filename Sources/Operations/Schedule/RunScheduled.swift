// What a clock begins: a checkpoint that is taken, verified and pushed to the remotes, then what the retention policies do not keep
// goes.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Glibc
import Scheduling

extension ProjectSession {
  /// - Returns: nil if there is nothing to catch up on.
  /// - Throws: `ScheduleProblem.underWay` if the same job of before is still at work.
  package func run(_ run: ScheduledRun) throws -> ScheduledOutcome? {
    var session = self
    session.cause = .schedule
    return try session.covered {
      let store: Store
      do { store = try session.openOrCreateStore() } catch {
        session.notifier(nil).failed(
          LoggedOperation(.schedule, .scheduled(run.job)), Format.oneLine("\(error)"))
        throw error
      }
      return try session.reported(run.job, store) { try session.begin(run, store) }
    }
  }

  private func begin(_ run: ScheduledRun, _ store: Store) throws -> ScheduledOutcome? {
    let file = store.root.appending("lock.schedule-\(run.job.rawValue)")
    guard let lock = try FileLock.acquire(file, .exclusive) else {
      // What is under way need not be caught up on.
      if run.isCatchingUp { return nil }
      throw ScheduleProblem.underWay(run.job)
    }
    return try withExtendedLifetime(lock) {
      if try run.isCatchingUp && !isMissed(run.job, store) { return nil }
      try Self.wait(upTo: run.jitter)
      try StoreStamp.began(run.job, store).write(clock.now())
      let outcome = try steps(of: run.job)
      try Interruption.check()
      if outcome.isDone { try StoreStamp.succeeded(run.job, store).write(clock.now()) }
      return outcome
    }
  }

  /// Whether a time that was installed has passed without a run that succeeded. What the settings say by now decides nothing.
  private func isMissed(_ job: ScheduledJob, _ store: Store) throws -> Bool {
    guard let note = ScheduleNote.read(in: store), let entry = note.entries.first(where: { $0.job == job }),
      let time = ScheduleTime(entry.time)
    else { return false }
    return try ScheduleStanding.missed(
      time, since: StoreStamp.succeeded(job, store).read(), installedAt: note.installedAt, now: clock.now())
      != nil
  }

  private static func wait(upTo seconds: Int) throws {
    if seconds == 0 { return }
    let end = MonotonicTime.now + Double.random(in: 0...Double(seconds))
    while MonotonicTime.now < end {
      try Interruption.check()
      usleep(100_000)
    }
  }

  /// Writes what became of a run to the log, and has the user told.
  private func reported(
    _ job: ScheduledJob, _ store: Store, _ body: () throws -> ScheduledOutcome?
  ) throws -> ScheduledOutcome? {
    let operation = LoggedOperation(.schedule, .scheduled(job))
    let (opened, notifier, start) = (OpenProject(self, store), notifier(store), MonotonicTime.now)
    do {
      guard let outcome = try body() else { return nil }
      if let problem = outcome.problems.first {
        opened.log(operation, failure: ScheduledFailure(reason: problem), since: start)
        notifier.failed(operation, problem)
      } else {
        opened.log(operation, of: job.kind, about: outcome.checkpoint, since: start)
        if let warning = outcome.warnings.first {
          notifier.warned(operation, warning, about: outcome.checkpoint)
        } else {
          notifier.succeeded(operation, about: outcome.checkpoint)
        }
      }
      return outcome
    } catch let problem as ScheduleProblem {
      // The one that is under way reports itself.
      throw problem
    } catch {
      if !(error is Interrupted) {
        opened.log(operation, failure: error, since: start)
        notifier.failed(operation, Format.oneLine("\(error)"))
      }
      throw error
    }
  }

  private func steps(of job: ScheduledJob) throws -> ScheduledOutcome {
    var outcome = ScheduledOutcome()
    if let kind = job.kind {
      let created = try take(CaptureRequest(name: CheckpointName(kind.rawValue), kind: kind))
      outcome.checkpoint = created.manifest.id
      outcome.warnings += (created.manifest.missing ?? []).map(\.warning)
      outcome.warnings += created.unreadable.map { "not recorded: \($0)" }
      let report = try verify(VerifyRequest(.one("\(created.manifest.id)"))) { _ in }
      outcome.problems += report.findings.flatMap { finding in
        finding.problems.map { "\(finding.checkpoint): \($0)" }
      }
    }
    // What is damaged replaces nothing, and it may be the disk: nothing goes now.
    if !outcome.problems.isEmpty { return outcome }
    if let kind = job.kind { try push(kind, &outcome) }
    try prune(after: job, &outcome)
    // A sound checkpoint need not be taken again because nothing could be pruned.
    outcome.isDone = job.kind != nil || outcome.problems.isEmpty
    return outcome
  }

  /// Also those that could not be pushed at their time.
  private func push(_ kind: Kind, _ outcome: inout ScheduledOutcome) throws {
    for remote in remotes {
      var request = PushRequest(.later(kind))
      request.remote = remote.name
      do {
        let result = try push(request).result
        outcome.remotes.append(remote.name)
        outcome.problems += result.failed.map { "not pushed to \(remote.name): \($0.id): \($0.reason)" }
      } catch {
        try Interruption.check()
        // The checkpoint is here all the same.
        outcome.problems.append("not pushed to \(remote.name): \(Format.oneLine("\(error)"))")
      }
    }
  }

  private func prune(after job: ScheduledJob, _ outcome: inout ScheduledOutcome) throws {
    guard try project.settings[.prune] == "auto" else {
      if job.kind == nil { outcome.warnings.append("nothing was done: checkpoint.retention.prune is off") }
      return
    }
    let now = clock.now()
    let interval = try project.settings.time(of: job).flatMap { time in
      time.next(after: now).flatMap { next in
        time.last(until: now).map { next.secondsSinceEpoch - $0.secondsSinceEpoch }
      }
    }
    guard try looking({ try $0.isClockPlausible(interval: interval ?? 0) }) else {
      outcome.warnings.append(
        "nothing was pruned: the checkpoint before this one is old for this schedule, or the clock has jumped;"
          + " checkpoint prune shows what would go")
      return
    }
    var request = PruneRequest()
    if let kind = job.kind {
      request.classes = PruneRequest.inBackground
      if let own = RetentionClass(rawValue: kind.rawValue) { request.classes.insert(own) }
    }
    do {
      let pruned = try prune(request) { _ in true }
      outcome.removed = pruned.removed
      outcome.archived = pruned.archives.archived.map(\.id)
      outcome.problems += pruned.archives.left.map { "\($0.0) is not archived: \(Format.oneLine("\($0.1)"))" }
      _ = try pruned.collection?.get()
    } catch GarbageCollection.Problem.underWay {
      // Another process does it.
    } catch {
      try Interruption.check()
      // The checkpoint is there all the same.
      outcome.problems.append("nothing was pruned: \(Format.oneLine("\(error)"))")
    }
  }
}

/// What the log says of a run that did its work and found something wrong.
private struct ScheduledFailure: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
