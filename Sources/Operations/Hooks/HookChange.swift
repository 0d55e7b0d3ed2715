// What became of one of git's hooks when it was installed or taken away.

import Checkpoints
import FileSystem

package enum HookChange: Sendable {
  /// The program that keeps the project's hooks has called us all along.
  case calledAlready(by: HookFramework)
  /// One of the project's files has our line now.
  case lineAdded(to: BytePath)
  /// husky runs this file, and the user did not want a line in it.
  case lineRefused(in: BytePath)
  /// lefthook's configuration, which the user edits.
  case leftToConfiguration(BytePath)
  /// - Parameters:
  ///   - before: what the file was.
  ///   - keeper: the program whose hook our script calls first, if one is known.
  case installed(BytePath, before: HookDirectory.State, callsEarlier: Bool, keeper: HookFramework?)

  case lineRemoved(from: BytePath)
  /// lefthook's configuration still calls us.
  case stillCalled(by: BytePath)
  /// pre-commit had moved our script there.
  case removedFromKeeper(BytePath)
  case removed(earlierIsBack: Bool)
  /// Our script, which the user has changed.
  case leftEdited(BytePath)
  /// Another file took the place of our script, and the hook that was there before it is at `earlier`.
  case leftReplaced(earlier: BytePath)

  /// Whether nothing is left for the user to do.
  package var isDone: Bool {
    switch self {
    case .calledAlready, .lineAdded, .installed, .lineRemoved, .removedFromKeeper, .removed: true
    case .lineRefused, .leftToConfiguration, .stillCalled, .leftEdited, .leftReplaced: false
    }
  }
}
