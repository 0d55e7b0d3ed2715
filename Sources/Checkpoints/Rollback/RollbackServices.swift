// The project's service commands within a rollback: stop before anything live is touched, build, start and smoke when
// everything is in place, and start again where the rollback is given up (docs/design/services.md).

import FileSystem

extension Rollback {
  /// Runs those of the steps that are configured and have not succeeded yet, up to the first that fails.
  /// - Returns: the one that failed.
  func serve(
    _ steps: [ServiceStep], _ direction: ServiceProgress.Direction, _ journal: inout Journal,
    _ target: Manifest
  ) throws -> ServiceRun? {
    for step in steps {
      guard let services = journal.services, services[direction, step] != .succeeded,
        let command = services.commands.first(where: { $0.step == step })
      else { continue }
      journal.services?[direction, step] = .begun
      try JournalFile(store).write(journal)
      let run = try perform(command, direction, journal, target)
      journal.services?[direction, step] = run.succeeded ? .succeeded : .failed
      try JournalFile(store).write(journal)
      if !run.succeeded { return run }
    }
    return nil
  }

  private func perform(
    _ command: ServiceCommand, _ direction: ServiceProgress.Direction, _ journal: Journal, _ target: Manifest
  ) throws -> ServiceRun {
    let operation = LoggedOperation(journal.operation, direction == .forward ? nil : .end(.takenBack))
    let environment = CommandEnvironment(
      target, operation: operation, step: command.step.rawValue, rescue: journal.rescue)
    watcher.begins(command)
    let outcome = try ShellCommand(
      command.text, directory: project.location.worktree, environment: environment.variables,
      limit: Double(command.limit)
    ).run { watcher.prints($0) }
    let run = ServiceRun(command: command, outcome: outcome)
    if direction == .forward {
      serviceRuns.append(run)
      durations[command.step.rawValue] = outcome.seconds
    }
    watcher.ended(run)
    return run
  }

  /// Before anything live is touched.
  func stopServices(_ plan: inout RollbackPlan) throws {
    if let failed = try serve([.stop], .forward, &plan.journal, plan.target) {
      throw ServiceFailure(run: failed)
    }
  }

  /// When everything is in place.
  /// - Returns: the command that failed, where the rollback stands even so.
  func startServices(_ plan: inout RollbackPlan) throws -> ServiceRun? {
    let failed = try serve([.build, .start, .smoke], .forward, &plan.journal, plan.target)
    if let failed, plan.journal.services?.revertsOnFailure == true { throw ServiceFailure(run: failed) }
    return failed
  }

  /// On the way back what was started has to stop once more. What a command does wrong here is said, and keeps nothing
  /// from being put back.
  func stopServicesAgain(_ journal: inout Journal, _ target: Manifest) throws {
    guard let services = journal.services, services.hasBegun(.start, .smoke) else { return }
    try serveAnyway([.stop], &journal, target)
  }

  /// Everything is as it was before: services, too.
  func startServicesAgain(_ journal: inout Journal, _ target: Manifest) throws {
    guard let services = journal.services, !services.isUntouched else { return }
    let steps: [ServiceStep] =
      journal.isGitTouched || services.hasBegun(.build) ? [.build, .start] : [.start]
    try serveAnyway(steps, &journal, target)
  }

  private func serveAnyway(_ steps: [ServiceStep], _ journal: inout Journal, _ target: Manifest) throws {
    if let failed = try serve(steps, .back, &journal, target) {
      watcher.warns("\(failed.description), while going back")
    }
  }
}
