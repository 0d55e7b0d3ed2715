// From errors to what the user reads: one line each, with what to do next, and the exit codes that programs rely on.

import Testing

@testable import CheckpointCLI
@testable import Checkpoints
@testable import ChunkStore
@testable import FileSystem
@testable import Git

@Suite("Explained errors")
struct ExplainedErrorTests {
  private struct Unexplained: Error, CustomStringConvertible {
    var description: String
  }

  @Test("an error's exit code shows programs what kind it is")
  func codes() {
    let path: BytePath = "/somewhere"
    let expected: [(any Error, ExitCode)] = [
      (UsageError(description: "x"), .usage), (CheckpointName.Invalid(name: "x", reason: "y"), .usage),
      (Interrupted(), .interrupted), (StoreError.busy(path), .locked),
      (StoreError.missing(path), .noRepository),
      (RepositoryLocation.Problem.gitMissing, .noRepository), (Project.Problem.noStore(path), .noRepository),
      (SelectorProblem.none, .failed), (Unexplained(description: "x"), .failed),
      (RollbackProblem.nothingPending, .failed),
    ]
    for (error, code) in expected { #expect(Diagnostic(error).code == code, "\(error)") }
  }

  @Test("a diagnostic passes as it is, and what is not explained says what it says itself")
  func others() {
    let own = Diagnostic("text", causes: ["cause"], hints: ["hint"], code: .locked)
    let same = Diagnostic(own)
    #expect(same.message == "text" && same.causes == ["cause"] && same.hints == ["hint"])
    #expect(same.code == .locked)
    let other = Diagnostic(Unexplained(description: "it is\n  so"))
    #expect(other.message == "it is; so" && other.hints.isEmpty)
  }

  @Test("every line of it is one line, whatever servers and programs say")
  func lines() {
    let diagnostic = Diagnostic("a\nb", causes: ["c\r\n  d"], hints: ["e\n\nf"])
    #expect([diagnostic.message] + diagnostic.causes + diagnostic.hints == ["a; b", "c; d", "e; f"])
  }

  @Test("a selector that is not found is answered with what is near, and where to look")
  func selectors() {
    let near = Diagnostic(SelectorProblem.unknown("stage-02-strat", near: ["stage-02-start_20261120_034944"]))
    #expect(
      near.hints == ["did you mean: stage-02-start_20261120_034944?", "checkpoint list shows them all"])
    #expect(Diagnostic(SelectorProblem.none).hints == ["checkpoint full takes one"])
  }

  @Test("a full disk is said so, by whom it may")
  func fullDisk() {
    for error: any Error in [
      SystemError(code: 28, operation: "write", path: "/somewhere"),
      SubprocessError(
        command: "git add", reason: .failed(status: 128), message: "No space left on device"),
    ] {
      #expect(Diagnostic(error).hints == ["make room; nothing was published and nothing left behind"])
    }
    #expect(Diagnostic(SystemError(code: 2, operation: "open", path: "/somewhere")).hints == [])
    let missing = SubprocessError(command: "pg_dump", reason: .notFound, message: "")
    #expect(Diagnostic(missing).hints == ["install it, or put it on PATH"])
  }
}
