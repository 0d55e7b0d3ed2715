// Why a rollback does not begin, does not go on, or could not be taken back.

import FileSystem

package enum RollbackProblem: Error, Sendable, CustomStringConvertible {
  case nothingToRestore(CheckpointID, String)
  case sourceNotConfigured(String, label: String)
  case nothingPending
  case submoduleMissing(BytePath, isCheckedOut: Bool)
  case otherWorktree(BytePath, operation: OperationKind)
  /// Everything is back already; only services remain to be started.
  case alreadyPutBack(OperationKind)
  /// The operation failed, and what it had changed could not all be put back.
  case revertFailed(cause: String, revert: String)

  package var description: String {
    switch self {
    case .nothingToRestore(let id, let what): "\(id) holds no \(what)"
    case .sourceNotConfigured(_, let label):
      "the checkpoint holds the database \(label), but no database is configured or found now"
    case .nothingPending: "no operation was interrupted"
    case .submoduleMissing(let path, isCheckedOut: false):
      "the checkpoint holds the work in the submodule \(path), which is not checked out"
    case .submoduleMissing(let path, isCheckedOut: true):
      "the work in the submodule \(path) is not in its repository any more: it was made anew since the checkpoint"
    case .otherWorktree(let path, let operation): "the \(operation) belongs to another working tree (\(path))"
    case .alreadyPutBack(let operation):
      "the \(operation) was given up and everything is back; only services remain to be started"
    case .revertFailed(let cause, let revert):
      "\(cause); and putting back what had been changed failed, too: \(revert)"
    }
  }
}
