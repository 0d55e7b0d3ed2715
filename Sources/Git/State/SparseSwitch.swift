// Turns the sparse checkout off before a restore, and on after it.

import FileSystem

/// The switch of the sparse checkout. Where it is on, git takes the flag off every file that is there; so a full checkout
/// with such flags comes back only if it is off again.
package struct SparseSwitch {
  private let git: GitProgram
  private let wanted: SparseMode

  /// nil where it stays as it is: where both states agree, or do not say.
  package init?(to state: RecordedState, from other: RecordedState, _ git: GitProgram) {
    guard let wanted = state.metadata.sparse, let present = other.metadata.sparse,
      (wanted == .off) != (present == .off)
    else { return nil }
    (self.git, self.wanted) = (git, wanted)
  }

  /// Before flags are set.
  package func turnOff() throws { if wanted == .off { try set("core.sparseCheckout", false) } }

  /// After they are.
  package func turnOn() throws {
    if wanted == .off { return }
    try set("core.sparseCheckout", true)
    try set("core.sparseCheckoutCone", wanted == .cone)
  }

  private func set(_ key: BytePath, _ value: Bool) throws {
    let text = value ? "true" : "false"
    let present = try git.line(["config", "--type=bool", "--get", key]) ?? "false"
    if present == text { return }
    let isOfWorktree =
      try git.line(["config", "--type=bool", "--get", "extensions.worktreeConfig"]) == "true"
    try git.run(["config", isOfWorktree ? "--worktree" : "--local", key, BytePath(text)])
  }
}
