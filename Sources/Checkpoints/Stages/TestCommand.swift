// The project's own tests, which decide whether a completed stage is stable: one command with a time limit, run before the
// checkpoint is taken. Whether it may run is decided by `Trust`, before it gets here.

import FileSystem

package struct TestCommand: Sendable {
  /// More output is not searched for secrets, and what is cut off is not kept.
  private static let examined = 128 << 10
  private static let tailByteCount = 8 << 10
  private static let tailLineCount = 60

  package var text: String
  /// Seconds.
  package var limit: Int
  /// The files in which it writes JUnit XML, if it does.
  package var junitPatterns: [String]
  /// The runners whose output counts; empty for all.
  package var runners: Set<String>
  /// Known secrets, such as the database's password. They are masked wherever they occur.
  package var secrets: [String] = []

  /// nil if none is configured.
  package init?(_ settings: Settings) throws {
    guard let text = settings[.testCommand] else { return nil }
    self.text = text
    limit = try settings[.testTimeout]
    junitPatterns = settings[.junitFiles]
    runners = Set(try settings[.testRunners])
  }

  /// The command as it may be recorded and shown.
  private var label: String { Redaction.redacted(text, masking: secrets) }

  /// What is recorded if the user does not want them to run.
  package var skipped: TestRun { TestRun(outcome: .skipped, command: label) }

  /// Runs them until they end. Processes that they leave in the background are ended, so that none writes while the
  /// checkpoint is taken.
  /// - Parameter receive: receives the output, piece by piece.
  /// - Throws: `Interrupted` if the user cancels both tests and checkpoint.
  package func run(
    for name: CheckpointName, of stage: Stage, in project: Project,
    _ receive: (UnsafeRawBufferPointer) -> Void
  ) throws -> TestRun {
    var shell = ShellCommand(
      text, directory: project.location.worktree,
      environment: CommandEnvironment(name, stage, operation: LoggedOperation(.checkpoint), step: "tests")
        .variables(over: project.environment),
      limit: Double(limit))
    shell.keptByteCount = Self.examined
    shell.interrupting = .endsEverything
    shell.endsWhatItLeaves = true
    let files = JUnitFiles(junitPatterns, in: project.location.worktree)
    var reader = TestOutputReader(runners)
    let outcome: ShellCommand.Outcome
    do {
      outcome = try shell.run { piece in
        reader.take(piece)
        receive(piece)
      }
    } catch let error as SystemError {
      var run = TestRun(outcome: .notStarted, command: label)
      run.problem = "\(error)"
      return run
    }
    var run = try ended(outcome)
    let printed = reader.finish()
    run.runner = printed?.runner
    run.counts = printed?.counts
    if let counts = files.counts() {
      (run.runner, run.counts) = (JUnitScanner.name, counts)
    } else if !junitPatterns.isEmpty && run.outcome == .passed {
      run.problem = "no file that tests.junit names was written"
    }
    if run.outcome == .passed, let failed = run.counts?.failed, failed > 0 {
      run.problem = "the exit code is 0, although \(failed) failed"
    }
    run.tail = tail(of: outcome.output)
    return run
  }

  private func ended(_ outcome: ShellCommand.Outcome) throws -> TestRun {
    var run = TestRun(outcome: .failed, command: label, seconds: outcome.seconds)
    switch outcome.ending {
    case .exited(let code):
      run.exitCode = code
      run.outcome = code == 0 ? .passed : .failed
    case .signalled(let number): run.problem = "it was ended by signal \(number)"
    case .timedOut:
      run.outcome = .timedOut
      run.problem = "it was not done after \(limit) s and was ended"
    case .interrupted: throw Interrupted()
    }
    return run
  }

  /// The last lines. Secrets are masked before lines are cut.
  private func tail(of output: [UInt8]) -> String? {
    let text = Redaction.redacted(ForeignText.decode(TerminalText.plain(output)), masking: secrets)
    var lines: [Substring] = []
    var byteCount = 0
    for line in text.split(whereSeparator: \.isNewline).reversed() {
      byteCount += line.utf8.count + 1
      if lines.count == Self.tailLineCount || (byteCount > Self.tailByteCount && !lines.isEmpty) { break }
      lines.append(line.utf8.count > Self.tailByteCount ? line.suffix(1000) : line)
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }
}
