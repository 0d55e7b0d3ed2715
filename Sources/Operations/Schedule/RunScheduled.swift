// What a clock begins: a checkpoint that is taken and verified, then what the retention policies do not keep goes.

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
      let store = try session.openOrCreateStore()
      let file = store.root.appending("lock.schedule-\(run.job.rawValue)")
      guard let lock = try FileLock.acquire(file, .exclusive) else { throw ScheduleProblem.underWay(run.job) }
      return try withExtendedLifetime(lock) {
        let stamp = StoreStamp.began(run.job, store)
        if try run.isCatchingUp && !session.isDue(run.job, stamp) { return nil }
        try Self.wait(upTo: run.jitter)
        try stamp.write(session.clock.now())
        return try session.runNow(run.job, store)
      }
    }
  }

  private func isDue(_ job: ScheduledJob, _ stamp: StoreStamp) throws -> Bool {
    guard let time = try project.settings.time(of: job), let due = time.last(until: clock.now()) else {
      return false
    }
    return try stamp.read().map { $0.secondsSinceEpoch < due.secondsSinceEpoch } ?? true
  }

  private static func wait(upTo seconds: Int) throws {
    if seconds == 0 { return }
    let end = MonotonicTime.now + Double.random(in: 0...Double(seconds))
    while MonotonicTime.now < end {
      try Interruption.check()
      usleep(100_000)
    }
  }

  private func runNow(_ job: ScheduledJob, _ store: Store) throws -> ScheduledOutcome {
    let operation = LoggedOperation(.schedule, .scheduled(job))
    let opened = OpenProject(self, store)
    let start = MonotonicTime.now
    do {
      let outcome = try steps(of: job)
      try Interruption.check()
      if let problem = outcome.problems.first {
        opened.log(operation, failure: ScheduledFailure(reason: problem), since: start)
        notifier(store).failed(operation, problem)
      } else {
        opened.log(operation, of: job.kind, about: outcome.checkpoint, since: start)
        if let warning = outcome.warnings.first {
          notifier(store).warned(operation, warning, about: outcome.checkpoint)
        } else {
          notifier(store).succeeded(operation, about: outcome.checkpoint)
        }
      }
      return outcome
    } catch {
      if !(error is Interrupted) {
        opened.log(operation, failure: error, since: start)
        notifier(store).failed(operation, Format.oneLine("\(error)"))
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
    if outcome.problems.isEmpty { try prune(after: job, &outcome) }
    return outcome
  }

  private func prune(after job: ScheduledJob, _ outcome: inout ScheduledOutcome) throws {
    guard try project.settings[.prune] == "auto" else { return }
    var request = PruneRequest()
    if let kind = job.kind {
      request.classes = [.incremental, .hook]
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
