// Why going back does not begin, besides what the domain says of it.

package enum GoBackProblem: Error, Sendable, CustomStringConvertible {
  /// No rollback, undo or restore has replaced anything, or all of it was brought back.
  case nothingToUndo
  /// A release tag has no recorded branch that could be moved.
  case releaseHasNoBranch
  /// No checkpoint was taken at the release tag.
  case nothingToRehearse

  package var description: String {
    switch self {
    case .nothingToUndo: "there is nothing to undo: no rollback has replaced anything"
    case .releaseHasNoBranch:
      "only the branch that a checkpoint recorded can be moved, and a release tag has none"
    case .nothingToRehearse: "no checkpoint was taken at that release tag, so there is nothing to rehearse"
    }
  }
}
