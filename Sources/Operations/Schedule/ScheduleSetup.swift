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

  package func plan(catchesUp: Bool) throws -> SchedulePlan {
    try SchedulePlan(
      session.project, store: session.project.storePath, program: program, catchesUp: catchesUp)
  }

  /// The script that the clock calls.
  package func script(_ plan: SchedulePlan, _ keeper: ScheduleNote.Keeper) throws -> ScheduleScript {
    ScheduleScript(
      plan, environment: environment, named: session.project.settings.namedVariables,
      isOfSystem: keeper == .system)
  }

  /// Installs what is planned, and removes what another keeper has.
  /// - Throws: `ScheduleProblem`
  package func install(_ plan: SchedulePlan, _ keeper: ScheduleNote.Keeper, replacesEdited: Bool) throws {
    if plan.entries.isEmpty { throw ScheduleProblem.nothing }
    if keeper == .system && geteuid() != 0 { throw ScheduleProblem.notRoot }
    let store = try session.openOrCreateStore()
    if let note = try ScheduleNote.read(in: store), note.keeper != keeper {
      _ = try remove(plan, from: note.keeper, evenEdited: replacesEdited)
    }
    // The script first: a clock that begins a job meanwhile finds it.
    try store.files.replaceFile(plan.script, with: script(plan, keeper).bytes, mode: 0o700)
    let owner = try FileTree.status(store.root)
    switch keeper {
    case .cron:
      _ = try Crontab(environment: environment, store: plan.store)
        .set(CronText.inner(plan), replacesEdited: replacesEdited)
    case .systemd, .system:
      let user = keeper == .system ? owner?.owner : nil
      if keeper == .system, let owner { try FileOwner(owner).own(plan.script) }
      try timers(plan, keeper).install(SystemdTimers.units(plan, user: user), replacesEdited: replacesEdited)
    }
    try ScheduleNote(plan, keeper, at: session.clock.now()).write(in: store)
  }

  /// - Returns: what had it; nil if nothing was installed.
  package func remove(evenEdited: Bool) throws -> ScheduleNote.Keeper? {
    let plan = try plan(catchesUp: false)
    guard Store.exists(at: session.project.storePath) else { return nil }
    let store = try session.project.openStore()
    guard let note = try ScheduleNote.read(in: store) else { return nil }
    _ = try remove(plan, from: note.keeper, evenEdited: evenEdited)
    try ScheduleNote.remove(in: store)
    try FileTree.remove(plan.script)
    return note.keeper
  }

  private func remove(
    _ plan: SchedulePlan, from keeper: ScheduleNote.Keeper, evenEdited: Bool
  ) throws -> Bool {
    switch keeper {
    case .cron:
      try Crontab(environment: environment, store: plan.store).set(nil, replacesEdited: evenEdited)
    case .systemd, .system: try timers(plan, keeper).remove(evenEdited: evenEdited)
    }
  }

  private func timers(_ plan: SchedulePlan, _ keeper: ScheduleNote.Keeper) -> SystemdTimers {
    SystemdTimers(isOfSystem: keeper == .system, environment: environment, label: plan.label)
  }

  /// How what is installed stands; nil if nothing is.
  package func standing() throws -> ScheduleStanding? {
    guard Store.exists(at: session.project.storePath) else { return nil }
    let store = try session.project.openStore()
    guard let note = try ScheduleNote.read(in: store) else { return nil }
    let plan = try plan(catchesUp: false)
    let now = session.clock.now()
    let place: ScheduleStanding.Place
    switch note.keeper {
    case .cron:
      let text = try Crontab(environment: environment, store: plan.store).read()
      place = text.isEdited ? .edited : text.hasBlock ? .inPlace : .gone
    case .systemd, .system:
      let timers = timers(plan, note.keeper)
      place = try !timers.edited().isEmpty ? .edited : timers.files().isEmpty ? .gone : .inPlace
    }
    let jobs = try note.entries.compactMap { entry -> ScheduleStanding.Job? in
      guard let time = ScheduleTime(entry.time) else { return nil }
      return ScheduleStanding.Job(
        entry.job, time, jitter: entry.jitter ?? 0, began: try StoreStamp.began(entry.job, store).read(),
        installedAt: note.installedAt, now: now)
    }
    let planned = Set(plan.entries.map { "\($0.job) \($0.time)" })
    return ScheduleStanding(
      keeper: note.keeper, place: FileTree.exists(plan.script) ? place : .gone, jobs: jobs,
      isOutdated: planned != Set(note.entries.map { "\($0.job) \($0.time)" }))
  }
}
