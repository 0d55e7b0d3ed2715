// What to do about the store, and about an operation in it that was interrupted.

import Checkpoints
import ChunkStore

extension StoreError: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .missing: Diagnostic("\(self)", hints: ["checkpoint init"], code: .noRepository)
    case .newerFormat: Diagnostic("\(self)", hints: ["install a newer checkpoint"])
    case .busy: Diagnostic("\(self)", hints: ["wait until it is done"], code: .locked)
    case .olderFormat(_, _, let path):
      Diagnostic(
        "\(self)",
        hints: ["move it away, \(path), and begin a new one; the version that wrote it can read it"])
    case .chunkMissing, .chunkDamaged, .documentRefused, .listIncomplete:
      Diagnostic(
        "\(self)", hints: ["checkpoint verify --all shows which checkpoints it affects"],
        code: .verificationFailed)
    case .unreadableFormat: Diagnostic("\(self)")
    case .linked(let path): Diagnostic.linked(self, path)
    }
  }
}

extension PendingOperation: ExplainedError {
  var diagnostic: Diagnostic {
    if journal.services?.isPutBack == true {
      return RollbackProblem.alreadyPutBack(journal.operation).diagnostic
    }
    return Diagnostic(
      "\(self)",
      hints: [
        "checkpoint rollback --continue finishes it",
        "checkpoint rollback --abort brings back what was before",
      ])
  }
}
