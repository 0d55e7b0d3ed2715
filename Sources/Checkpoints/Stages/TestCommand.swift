// The project's own tests, which decide whether a completed stage is stable: one command, run before the checkpoint is taken,
// with a limit, and what can be told of it afterwards. Who may have it run is decided above (`checkpoint trust`).

import FileSystem

package struct TestCommand: Sendable {
  /// More is not looked through for secrets; what is cut off is not kept.
  private static let examined = 128 << 10
  private static let tailByteCount = 8 << 10
  private static let tailLineCount = 60

  package var text: String
  /// Seconds.
  package var limit: Int
  /// Where it writes JUnit's XML, if it does.
  package var junitPatterns: [String]
  /// The runners whose words count; none for all.
  package var runners: Set<String>
  /// What is known to be secret, such as the database's password: masked wherever it stands.
  package var secrets: [String] = []

  /// nil where none is configured.
  package init?(_ settings: Settings) throws {
    guard let text = settings[.testCommand] else { return nil }
    self.text = text
    limit = try settings[.testTimeout]
    junitPatterns = settings[.junitFiles]
    runners = Set(try settings[.testRunners])
  }

  /// As it may be recorded and shown.
  private var label: String { Redaction.redacted(text, masking: secrets) }

  /// What is recorded where somebody did not want them to be run.
  package var skipped: TestRun { TestRun(outcome: .skipped, command: label) }

  /// Runs them to their end, however that comes. What they leave in the background is ended, so that nothing goes on writing
  /// while the checkpoint is taken.
  /// - Parameter receive: gets what is printed, piece by piece.
  /// - Throws: `Interrupted` where the user wants neither tests nor checkpoint.
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

  /// The last lines, each of which was looked at as a whole.
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
