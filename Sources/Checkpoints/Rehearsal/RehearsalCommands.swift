// The project's build and smoke commands in a rehearsal. They run in the temporary working tree, with variables and `.env`
// files that lead to the scratch databases. If they would reach a live database, they do not run. stop and start never
// run: they are about what is live.

import FileSystem
import Git

extension Rehearsal {
  func tryCommands(in place: RehearsalPlace) throws {
    let commands = request.commands.filter { $0.step == .build || $0.step == .smoke }
    if request.leavesServicesOut {
      report.limits.append("build and smoke were left out, as asked")
      return
    }
    let others = request.othersConfigured.map(\.rawValue)
    if !others.isEmpty {
      report.limits.append(
        "\(others.joined(separator: " and ")) were not run: they are about what is live, and take their own time in a "
          + "rollback")
    }
    if commands.isEmpty { return }
    if let reason = obstacle() {
      for command in commands { notTried(.command(command.step), reason) }
      return
    }
    report.limits.append(
      "apart from the working tree and the databases, the commands reach what is live; they can check "
        + "CHECKPOINT_REHEARSAL=1")
    guard try redirectFiles() else {
      for command in commands { notTried(.command(command.step), ".env files could not be changed") }
      return
    }
    var hasFailed = false
    for command in commands {
      if hasFailed {
        notTried(.command(command.step), "left out, because a command before it failed")
      } else {
        hasFailed = try !succeeds(command, in: place)
      }
    }
  }

  /// Why the commands cannot run.
  private func obstacle() -> String? {
    if tree == nil { return "there is no working tree to run it in" }
    if report.steps.contains(where: { $0.outcome == .failed }) {
      return "left out, because something before it failed"
    }
    // A place to restore to is not what the project runs on.
    let missing = sources.filter { source in
      source.isRecorded && !scratch.contains { $0.source == source.name }
    }.map(\.name)
    if request.leavesDatabasesOut || !missing.isEmpty {
      return "without a scratch database it would reach the live one"
    }
    return scratch.lazy.compactMap(\.database.unreachable).first
  }

  private func redirectFiles() throws -> Bool {
    guard let tree, !scratch.isEmpty else { return true }
    let before = report.problems.count
    do {
      for path in try tree.environmentFiles() {
        for (_, database) in scratch { try tree.redirect(path, database.redirecting) }
      }
    } catch {
      try Interruption.check()
      report.problems.append(RehearsalProblem(".env files: \(error)"))
    }
    return report.problems.count == before
  }

  private func succeeds(_ command: ServiceCommand, in place: RehearsalPlace) throws -> Bool {
    var variables = CommandEnvironment(
      request.target, operation: LoggedOperation(.rehearse), step: command.step.rawValue
    ).variables(over: project.environment)
    for (_, database) in scratch {
      variables.merge(database.variables(replacing: variables)) { _, new in new }
    }
    variables["CHECKPOINT_REHEARSAL"] = "1"
    let runner = ServiceRunner(directory: place.tree, watcher: watcher)
    let run = try runner.run(command, variables) { shell in
      shell.interrupting = .endsEverything
      shell.endsWhatItLeaves = true
    }
    var step = RehearsalStep(
      kind: .command(command.step), outcome: run.succeeded ? .passed : .failed,
      seconds: run.outcome.seconds, detail: shown(command.text))
    if !run.succeeded {
      let text = shown(String(decoding: run.outcome.output, as: UTF8.self))
      step.output = text.split(whereSeparator: \.isNewline).suffix(20).map(String.init)
      report.problems.append(RehearsalProblem(run.description))
    }
    report.steps.append(step)
    return run.succeeded
  }

  /// Masks secrets: known ones first, because that must happen before the text is changed.
  private func shown(_ text: String) -> String {
    Redaction.redacted(scratch.reduce(text) { $1.database.masking($0) })
  }
}
