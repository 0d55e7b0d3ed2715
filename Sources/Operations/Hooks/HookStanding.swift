// How one of git's hooks stands.

import Checkpoints
import FileSystem

package struct HookStanding: Sendable {
  package let hook: GitHook
  package let file: BytePath
  package let state: HookDirectory.State
  /// The program that keeps the project's hooks.
  package let framework: HookFramework?
  /// Whether that program calls us, so that our script is not needed.
  package let isCalledByFramework: Bool
  package let callsEarlier: Bool

  /// Whether git calls us for it.
  package var isInstalled: Bool {
    isCalledByFramework || [.installed, .outdated, .edited].contains(state)
  }
}
