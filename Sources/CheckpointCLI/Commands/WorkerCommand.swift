// `checkpoint worker`: the background worker.

import Checkpoints
import FileSystem
import FoundationEssentials
import Glibc
import Operations

extension Command {
  static let worker = Command(
    name: "worker", isHidden: true,
    summary: "do what can wait: copies of replaced databases, warm clones, proofs",
    details: """
      Commands start it by themselves and do not wait for it; “checkpoint status” shows it, and
      git config checkpoint.background false switches it off. To run it by hand: </dev/null.
      """,
    examples: ["checkpoint worker"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    DetachedProgram.takeLowPriority()
    Interruption.ofProcess.hurry()
    let input = try FileTree.readInput()
    let project = try Project.find(
      from: FileTree.currentDirectory(), environment: ProcessEnvironment.variables, .all)
    var session = Workspace(invocation, project).session
    if !input.isEmpty { session.choice = try JSONDecoder().decode(SourceChoice.self, from: Data(input)) }
    // Failures of earlier workers are in the log of operations, so their output is not kept.
    let isWhole = try session.work { truncate("\($0.log.appending("worker.log"))", 0) }
    return isWhole ? .done : .failed
  }
}
