// From an error to what the user reads: one line, what to do next, and the exit code that scripts decide by.

import ChunkStore
import Glibc
import Testing

@testable import CheckpointCLI
@testable import Checkpoints
@testable import FileSystem
@testable import Git

@Suite("Diagnostics")
struct DiagnosticTests {
  private struct Plain: Error, CustomStringConvertible { var description: String }

  @Test("exit codes say what kind of failure it was")
  func codes() {
    let wanted: [(any Error, ExitCode)] = [
      (Interrupted(), .interrupted), (UsageError(description: "wrong"), .usage),
      (CheckpointName.Invalid(name: "a b", reason: "a blank"), .usage),
      (Stage.Problem.ambiguousFolder("stage-1", ["a", "b"]), .usage),
      (Settings.Invalid(key: "checkpoint.rto", value: "x", expected: "a time"), .usage),
      (Project.Problem.storeInCommittedFile, .usage), (Project.Problem.noStore("/p"), .noRepository),
      (RepositoryLocation.Problem.notARepository("/p"), .noRepository),
      (RepositoryLocation.Problem.gitMissing, .noRepository), (StoreError.missing("/s"), .noRepository),
      (StoreError.busy("/s"), .locked), (GitLocked(path: "/p/.git/index.lock"), .locked),
      (StoreError.listIncomplete("rows"), .verificationFailed), (SelectorProblem.none, .failed),
      (SystemError(code: ENOSPC, operation: "write"), .failed), (Plain(description: "anything"), .failed),
    ]
    for (error, code) in wanted { #expect(Diagnostic(error).code == code, "\(error)") }
  }

  @Test("what an error says stays one line, and text in it steers nothing")
  func oneLine() {
    let diagnostic = Diagnostic(Plain(description: "first\nsecond\u{1B}[2J"))
    #expect(!diagnostic.message.contains("\n"))
    #expect(diagnostic.message.contains("first") && diagnostic.message.contains("second"))
    let other = Diagnostic("a\nb", causes: ["c\nd"], hints: ["e\nf"])
    #expect(([other.message] + other.causes + other.hints).allSatisfy { !$0.contains("\n") })
    #expect(other.code == .failed)
  }

  @Test("a diagnostic that is thrown on keeps its hints and its code")
  func kept() {
    let first = Diagnostic("none", hints: ["one"], code: .locked)
    let second = Diagnostic(first as any Error)
    #expect(second.message == "none" && second.hints == ["one"] && second.code == .locked)
  }

  @Test("an unknown selector names those that are near, a missing first checkpoint the command that takes it")
  func selectors() {
    let near = Diagnostic(SelectorProblem.unknown("stage-2", near: ["stage-02", "stage-20"]))
    #expect(near.message.contains("stage-2"))
    #expect(near.hints.first == "did you mean: stage-02, stage-20?")
    #expect(near.hints.contains { $0.contains("checkpoint list") })
    let none = Diagnostic(SelectorProblem.none)
    #expect(none.hints.count == 1 && none.hints[0].contains("checkpoint full"))
  }

  @Test("everything that is in the way is listed, and of very many only their number")
  func obstructions() {
    func obstruction(_ count: Int) -> Diagnostic {
      let others = (0..<count).map { Obstruction(path: BytePath("f\($0)"), reason: "it is busy") }
      return Diagnostic(Obstruction(path: "first", reason: "it is busy", others: others))
    }
    #expect(obstruction(0).causes == [] && obstruction(0).hints[0].hasPrefix("move it out of the way"))
    #expect(obstruction(20).causes.count == 20)
    #expect(obstruction(23).causes.last == "and 3 more" && obstruction(23).causes.count == 21)
  }

  @Test("a full disk is distinguished from other failures of the system")
  func fullDisk() {
    let full = Diagnostic(SystemError(code: ENOSPC, operation: "write", path: "/p"))
    #expect(full.hints.count == 1 && full.hints[0].hasPrefix("make room"))
    #expect(Diagnostic(SystemError(code: EACCES, operation: "write", path: "/p")).hints == [])
  }

  @Test("a command of the services that failed says whether anything was replaced")
  func services() {
    func failure(_ step: ServiceStep, _ ending: ShellCommand.Ending) -> Diagnostic {
      let command = ServiceCommand(step: step, text: "false", limit: 60)
      let outcome = ShellCommand.Outcome(ending: ending, seconds: 1, output: [], isCutShort: false)
      return Diagnostic(ServiceFailure(run: ServiceRun(command: command, outcome: outcome)))
    }
    #expect(failure(.stop, .exited(7)).causes == ["nothing was replaced"])
    #expect(failure(.smoke, .exited(7)).causes == ["everything was put back as it was before"])
    #expect(failure(.build, .timedOut).hints.contains { $0.contains("checkpoint.services.buildTimeout") })
    #expect(!failure(.build, .exited(1)).hints.contains { $0.contains("Timeout") })
    #expect(failure(.stop, .interrupted).code == .interrupted)
    #expect(failure(.smoke, .interrupted).code == .failed)
  }
}
