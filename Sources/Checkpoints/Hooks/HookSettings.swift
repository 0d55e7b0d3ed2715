// The settings of one hook: `[hooks]` is for all of them, `[hooks "pre-push"]` for one.

import FileSystem
import Git
import Glibc

package struct HookSettings: Sendable {
  /// For pre-commit: names of branches, as shell patterns in which `*` also matches slashes.
  package let branches: [String]
  /// For pre-push: every push of these branches is a release.
  package let releaseBranches: [String]
  /// pre-push: the pattern of messages of commits that are releases, as `git log --grep` reads it; empty for none.
  package let releaseMessage: String
  package let releaseTags: ReleaseTags
  /// Whether git waits until the checkpoint is complete.
  package let waits: Bool
  /// Whether git stops if there is no checkpoint.
  package let blocks: Bool
  package let isQuiet: Bool
  /// Seconds that a database may take to answer.
  package let timeout: Int
  /// Whether recorded work may go to remotes.
  package let mayPushRecords: Bool
  /// Whether the hook does nothing in this repository. Only the user's own settings can say that.
  package let isOff: Bool

  package init(_ settings: Settings, for hook: GitHook) throws {
    let name = hook.rawValue
    branches = settings[.hookBranches]
    releaseBranches = settings[.releaseBranches]
    releaseMessage = settings[.releaseMessage]
    releaseTags = ReleaseTags(settings)
    waits = try settings[.hookWaits, name] ?? (hook == .prePush)
    isQuiet = try settings[.hookIsQuiet, name]
    timeout = try settings[.hookTimeout, name]
    // Only the user decides where unfinished work goes, never the repository.
    isOff = try settings[.hooksOff]
    mayPushRecords = try settings[.push]
    blocks = try settings[.hookFailure, name] == Self.block
  }

  private static let block = "block"

  /// Whether a hook that fails stops git. It is for when the settings as a whole cannot be read, and looks for this one only.
  package static func blocks(_ git: GitProgram) -> Bool {
    let setting = SettingKey.hookFailure.setting
    if let own = try? git.line(["config", BytePath(setting.inGit())]) { return own.lowercased() == block }
    let bytes = (try? Settings.committedText(in: git.directory)) ?? []
    return String(decoding: bytes.prefix(1 << 16), as: UTF8.self).split(whereSeparator: \.isNewline).contains
    { line in
      let words = line.lowercased().split { " \t=\"".contains($0) }
      return words.starts(with: [setting.name[...], block[...]])
    }
  }

  package func takesCheckpoint(on branch: String) -> Bool { Self.matches(branch, branches) }

  func isReleaseBranch(_ branch: String) -> Bool { Self.matches(branch, releaseBranches) }

  private static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { fnmatch($0, name, 0) == 0 }
  }
}
