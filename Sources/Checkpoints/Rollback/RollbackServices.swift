// The project's service commands within a rollback: stop before anything live is touched, build, start and smoke when
// everything is in place, and start again if the rollback is given up (docs/design/services.md).

import FileSystem

struct RollbackServices {
  private let context: RollbackContext
  private let runner: ServiceRunner

  init(_ context: RollbackContext) {
    self.context = context
    runner = ServiceRunner(directory: context.location.worktree, watcher: context.watcher)
  }

  /// Before anything live is touched.
  func stop(_ ongoing: OngoingRollback) throws {
    if let failed = try run([.stop], .forward, ongoing) { throw ServiceFailure(run: failed) }
  }

  /// When everything is in place.
  /// - Returns: the command that failed, if the rollback stands even so.
  func start(_ ongoing: OngoingRollback) throws -> ServiceRun? {
    let failed = try run([.build, .start, .smoke], .forward, ongoing)
    if let failed, ongoing.journal.services?.revertsOnFailure == true { throw ServiceFailure(run: failed) }
    return failed
  }

  /// On the way back what was started has to stop once more.
  func stopAgain(_ ongoing: OngoingRollback) throws {
    guard let services = ongoing.journal.services, services.hasBegun(.start, .smoke) else { return }
    try runAnyway([.stop], ongoing)
  }

  /// Everything is as it was before: services, too.
  func startAgain(_ ongoing: OngoingRollback) throws {
    guard let services = ongoing.journal.services, !services.isUntouched else { return }
    let mustBuild = ongoing.journal.isGitTouched || services.hasBegun(.build)
    try runAnyway(mustBuild ? [.build, .start] : [.start], ongoing)
  }

  /// On the way back a command that fails is reported, and keeps nothing from being put back.
  private func runAnyway(_ steps: [ServiceStep], _ ongoing: OngoingRollback) throws {
    if let failed = try run(steps, .back, ongoing) {
      context.watcher.warns("\(failed.description), while going back")
    }
  }

  /// Runs those of the steps that are configured and have not succeeded yet, up to the first that fails.
  /// - Returns: the one that failed.
  private func run(
    _ steps: [ServiceStep], _ direction: ServiceProgress.Direction, _ ongoing: OngoingRollback
  ) throws -> ServiceRun? {
    for step in steps {
      guard let services = ongoing.journal.services, services[direction, step] != .succeeded,
        let command = services.commands.first(where: { $0.step == step })
      else { continue }
      try ongoing.note { $0.services?[direction, step] = .begun }
      let run = try runner.run(command, environment(step, direction, ongoing))
      if direction == .forward { ongoing.add(run) }
      try ongoing.note { $0.services?[direction, step] = run.succeeded ? .succeeded : .failed }
      if !run.succeeded { return run }
    }
    return nil
  }

  private func environment(
    _ step: ServiceStep, _ direction: ServiceProgress.Direction, _ ongoing: OngoingRollback
  ) -> [String: String] {
    let journal = ongoing.journal
    let operation = LoggedOperation(journal.operation, direction == .forward ? nil : .end(.takenBack))
    return CommandEnvironment(
      ongoing.target, operation: operation, step: step.rawValue, rescue: journal.rescue
    ).variables(over: context.project.environment)
  }
}
