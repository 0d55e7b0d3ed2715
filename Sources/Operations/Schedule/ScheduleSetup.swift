// Lets a clock begin the project's jobs: cron, or systemd.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Scheduling

package struct ScheduleSetup {
  private let session: ProjectSession
  private let program: BytePath
  private var environment: [String: String] { session.environment }

  /// - Parameter program: what the clock starts.
  package init(_ session: ProjectSession, program: BytePath) {
    (self.session, self.program) = (session, program)
  }

  /// What the settings ask for.
  /// - Parameter catchesUp: nil for what is installed.
  package func plan(catchesUp: Bool? = nil) throws -> SchedulePlan {
    let path = session.project.storePath
    return try SchedulePlan(
      session.project, store: (try? FileTree.canonical(path)) ?? path, program: program,
      catchesUp: catchesUp ?? installed?.catchesUp ?? false)
  }

  /// What was installed last; nil if nothing is.
  package var installed: ScheduleNote? {
    Store.exists(at: session.project.storePath)
      ? (try? session.project.openStore()).flatMap { ScheduleNote.read(in: $0) } : nil
  }

  // MARK: Installing

  /// Installs what is planned, and then removes what another keeper has.
  /// - Returns: what is installed, and the names of the variables whose values it will have.
  /// - Throws: `ScheduleProblem`; then nothing new stays.
  package func install(
    catchesUp: Bool?, _ keeper: ScheduleNote.Keeper, replacesEdited: Bool
  ) throws -> (plan: SchedulePlan, variables: [String]) {
    if keeper == .system && geteuid() != 0 { throw ScheduleProblem.notRoot }
    let (store, earlier) = (try session.openOrCreateStore(), installed)
    let plan = try plan(catchesUp: catchesUp)
    if plan.entries.isEmpty { throw ScheduleProblem.nothing }
    let owner = try requireSafe(store, keeper)
    let script = ScheduleScript(
      plan, environment: environment,
      named: session.project.settings.namedVariables(isTrusted: (try? session.isTrusted) ?? false),
      isOfSystem: keeper == .system)
    do {
      // The script first: a clock that begins a job meanwhile finds it.
      try store.files.replaceFile(plan.script, with: script.bytes, mode: 0o700)
      switch keeper {
      case .cron:
        _ = try crontab(plan.store).set(CronText.inner(plan), replacesEdited: replacesEdited)
      case .systemd, .system:
        let user = keeper == .system ? owner.user : nil
        try timers(plan.label, keeper).install(
          SystemdTimers.units(plan, user: user), replacesEdited: replacesEdited)
      case .script: break
      }
      try ScheduleNote(plan, keeper, at: session.clock.now()).write(in: store)
      if keeper == .system {
        for file in [plan.script, ScheduleNote.path(in: store)] { try owner.own(file) }
      }
    } catch {
      // It may have passwords in it.
      if earlier == nil { try? FileTree.remove(plan.script) }
      throw error
    }
    if let earlier, earlier.keeper != keeper || earlier.store != plan.store || earlier.label != plan.label {
      // A keeper that is not there any more has nothing either.
      do { _ = try drop(earlier, evenEdited: replacesEdited) } catch ScheduleProblem.missing {}
    }
    return (plan, script.names)
  }

  /// The clock runs the script with the rights of the user who installs it, so no other user may be able to change it.
  /// - Returns: who owns the store.
  private func requireSafe(_ store: Store, _ keeper: ScheduleNote.Keeper) throws -> FileOwner {
    var owner = FileOwner(user: geteuid(), group: getegid())
    for path in [store.root, session.project.location.commonDirectory, session.worktree] {
      guard let status = try FileTree.status(FileTree.canonical(path)) else { continue }
      if path == store.root && keeper == .system { owner = FileOwner(status) }
      if status.owner != owner.user { throw ScheduleProblem.foreign(path) }
      let isExposed = status.permissions & 0o022 != 0
      if path == store.root && isExposed { throw ScheduleProblem.exposed(path) }
    }
    return owner
  }

  // MARK: Removing

  /// - Returns: what had it, and whether there was still anything; nil if nothing was installed.
  package func remove(evenEdited: Bool) throws -> (keeper: ScheduleNote.Keeper, wasThere: Bool)? {
    guard Store.exists(at: session.project.storePath) else { return nil }
    let store = try session.project.openStore()
    let note = ScheduleNote.read(in: store)
    let wasThere = try note.map { try drop($0, evenEdited: evenEdited) }
    for file in [ScheduleNote.path(in: store), store.root.appending("schedule.sh")] {
      try FileTree.remove(file)
    }
    return note.map { ($0.keeper, wasThere ?? false) }
  }

  /// By what the note says, as the project may have been moved since.
  private func drop(_ note: ScheduleNote, evenEdited: Bool) throws -> Bool {
    switch note.keeper {
    case .cron: try crontab(note.store).set(nil, replacesEdited: evenEdited)
    case .systemd, .system: try timers(note.label, note.keeper).remove(evenEdited: evenEdited)
    case .script: true
    }
  }

  private func crontab(_ store: BytePath) -> Crontab { Crontab(environment: environment, store: store) }

  private func timers(_ label: String, _ keeper: ScheduleNote.Keeper) -> SystemdTimers {
    SystemdTimers(isOfSystem: keeper == .system, environment: environment, label: label)
  }

  // MARK: Looking

  /// How what is installed stands; nil if nothing is.
  package func standing() throws -> ScheduleStanding? {
    guard let note = installed else { return nil }
    let store = try session.project.openStore()
    let now = session.clock.now()
    let jobs = try note.entries.compactMap { entry -> ScheduleStanding.Job? in
      guard let time = ScheduleTime(entry.time) else { return nil }
      return ScheduleStanding.Job(
        entry.job, time, jitter: entry.jitter ?? 0, began: try StoreStamp.began(entry.job, store).read(),
        installedAt: note.installedAt, now: now)
    }
    let called = [note.worktree, note.store.appending("schedule.sh"), note.program]
    func words(_ job: ScheduledJob, _ time: String, _ jitter: Int?) -> String {
      "\(job) \(time) \(jitter ?? 0)"
    }
    let planned = Set(try plan().entries.map { words($0.job, "\($0.time)", $0.jitter) })
    return ScheduleStanding(
      keeper: note.keeper, place: try place(of: note), lost: called.first { !FileTree.exists($0) },
      jobs: jobs, isOutdated: planned != Set(note.entries.map { words($0.job, $0.time, $0.jitter) }))
  }

  private func place(of note: ScheduleNote) throws -> ScheduleStanding.Place {
    switch note.keeper {
    case .cron:
      let text = try crontab(note.store).read()
      return text.isEdited ? .edited : text.hasBlock ? .inPlace : .gone
    case .systemd, .system:
      let timers = timers(note.label, note.keeper)
      if try !timers.edited().isEmpty { return .edited }
      return try timers.files().count < note.entries.count * SystemdUnit.Role.allCases.count
        ? .gone : .inPlace
    case .script: return .inPlace
    }
  }
}
