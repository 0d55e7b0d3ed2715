// Why a word that names a commit is nothing to go back to.

import Checkpoints

/// The selector is neither a checkpoint nor a release tag, but a commit.
package struct NoRelease: Error, Sendable, CustomStringConvertible {
  package var problem: SelectorProblem
  /// The patterns that release tags match now.
  package var patterns: [String]

  package var description: String { "\(problem)" }
}
