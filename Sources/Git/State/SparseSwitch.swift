// Turns the sparse checkout off before a restore, and on after it.

import FileSystem

/// Turns the sparse checkout on or off. While it is on, git removes the flag skip-worktree from every file that exists. So a
/// full checkout with such flags can only be restored while it is off.
package struct SparseSwitch {
  private let git: GitProgram
  private let wanted: SparseMode

  /// nil if nothing has to change: both states agree, or one did not record it.
  package init?(to state: RecordedState, from other: RecordedState, _ git: GitProgram) {
    guard let wanted = state.metadata.sparse, let present = other.metadata.sparse,
      (wanted == .off) != (present == .off)
    else { return nil }
    self.git = git
    self.wanted = wanted
  }

  /// Called before flags are set.
  package func turnOff() throws { if wanted == .off { try set("core.sparseCheckout", false) } }

  /// Called after flags are set.
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
