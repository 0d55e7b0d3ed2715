// Installs, looks at and removes git's hooks. If another program manages the project's hooks, its file is changed if the user
// agrees.

import Checkpoints
import FileSystem
import Git

package struct HookSetup: Sendable {
  private let project: Project
  private let program: BytePath
  /// Where git looks for the project's hooks.
  package let directory: HookDirectory

  /// - Parameter program: what the hooks call.
  package init(_ session: ProjectSession, program: BytePath) throws {
    project = session.project
    self.program = program
    directory = try HookDirectory(project.location)
  }

  private var worktree: BytePath { project.location.worktree }

  private func framework(_ hook: GitHook) -> HookFramework? {
    HookFramework.find(for: hook, in: directory, worktree: worktree)
  }

  // MARK: Looking

  package func standings() throws -> [HookStanding] {
    try GitHook.allCases.map { hook in
      let framework = framework(hook)
      return HookStanding(
        hook: hook, file: directory.file(hook), state: try directory.state(hook, program: program),
        framework: framework,
        isCalledByFramework: framework?.callsUs(hook, worktree: worktree) == true,
        callsEarlier: directory.keepsEarlier(hook))
    }
  }

  // MARK: Installing

  /// - Parameter mayAdd: asks the user for a line in one of the project's own files.
  package func install(
    _ hooks: [GitHook], mayAdd: (_ line: String, _ file: BytePath) throws -> Bool
  ) throws -> [(hook: GitHook, change: HookChange)] {
    try switchOff(false)
    // Wrong settings are reported now, and not at the next commit.
    for hook in hooks { _ = try HookSettings(project.settings, for: hook) }
    return try hooks.map { ($0, try install($0, mayAdd)) }
  }

  private func install(_ hook: GitHook, _ mayAdd: (String, BytePath) throws -> Bool) throws -> HookChange {
    let framework = framework(hook)
    if let framework, framework.callsUs(hook, worktree: worktree) { return .calledAlready(by: framework) }
    switch framework {
    case .husky(let place):
      let (file, line) = (place.appending(hook.rawValue), HookFramework.line(for: hook))
      guard try mayAdd(line, file) else { return .lineRefused(in: file) }
      try HookLine(file, line).add()
      return .lineAdded(to: file)
    case .lefthook(let file):
      return .leftToConfiguration(file)
    case .preCommit, nil:
      let before = try directory.state(hook, program: program)
      try directory.install(hook, program: program)
      return .installed(
        directory.file(hook), before: before, callsEarlier: directory.keepsEarlier(hook), keeper: framework)
    }
  }

  // MARK: Uninstalling

  /// Sets or clears the setting that switches the hooks off in this repository.
  package func switchOff(_ isOff: Bool) throws {
    let key = BytePath(SettingKey.hooksOff.setting.inGit())
    if isOff {
      try project.location.git.run(["config", key, "true"])
    } else {
      // 5: it was not set.
      try project.location.git.run(["config", "--unset-all", key], accepting: [0, 5])
    }
  }

  /// - Returns: nothing of hooks that are not ours.
  package func uninstall(_ hooks: [GitHook]) throws -> [(hook: GitHook, change: HookChange)] {
    try hooks.compactMap { hook in try uninstall(hook).map { (hook, $0) } }
  }

  private func uninstall(_ hook: GitHook) throws -> HookChange? {
    let framework = framework(hook)
    let isCalled = framework?.callsUs(hook, worktree: worktree) == true
    switch framework {
    case .husky(let place):
      let file = place.appending(hook.rawValue)
      return try HookLine(file, HookFramework.line(for: hook)).remove() ? .lineRemoved(from: file) : nil
    case .lefthook(let file) where isCalled:
      return .stillCalled(by: file)
    case .preCommit(let legacy) where isCalled:
      try FileTree.remove(legacy)
      return .removedFromKeeper(legacy)
    default:
      let keepsEarlier = directory.keepsEarlier(hook)
      if try directory.uninstall(hook) { return .removed(earlierIsBack: keepsEarlier) }
      if try directory.state(hook, program: program) == .edited { return .leftEdited(directory.file(hook)) }
      return keepsEarlier ? .leftReplaced(earlier: directory.earlier(hook)) : nil
    }
  }
}
