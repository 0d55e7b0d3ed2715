// What the settings say of one hook: `[hooks]` for all of them, `[hooks "pre-push"]` for one.

import FileSystem
import Git
import Glibc

package struct HookSettings: Sendable {
  /// pre-commit: names of branches, as patterns of the shell, in which `*` goes across slashes.
  package let branches: [String]
  /// pre-push: branches whose every push is a release.
  package let releaseBranches: [String]
  /// pre-push: what makes a commit's message speak of a release, as `git log --grep` reads it; empty for nothing.
  package let releaseMessage: String
  package let releaseTags: ReleaseTags
  /// Whether git waits until the checkpoint is there.
  package let waits: Bool
  /// Whether git stops where there is no checkpoint.
  package let blocks: Bool
  package let isQuiet: Bool
  /// Seconds that a database may take to answer.
  package let timeout: Int
  /// Whether recorded work may go to remotes.
  package let mayPushRecords: Bool
  /// Whether the hook does nothing in this repository. Only the user's own settings say so.
  package let isOff: Bool

  /// In git's own settings, with `checkpoint.` before it.
  package static let offKey = "hooks.off"

  package init(_ settings: Settings, for hook: GitHook) throws {
    /// The key for this hook alone, where that is set.
    func key(_ name: String) -> String {
      let own = "hooks.\(hook.rawValue).\(name)"
      return settings.text(own) == nil ? "hooks.\(name)" : own
    }
    branches = settings.patterns("hooks.branch") ?? ["main", "master"]
    releaseBranches = settings.patterns("hooks.releasebranch") ?? []
    releaseMessage = settings.text("hooks.releasemessage") ?? "release"
    releaseTags = ReleaseTags(settings)
    waits = try settings.text(key("wait")) == nil ? hook == .prePush : settings.flag(key("wait"))
    isQuiet = try settings.flag(key("quiet"))
    timeout = try settings.number(key("timeout"), default: 2, in: 1...3600)
    // Nobody else decides where somebody's unfinished work goes.
    isOff = try !settings.isFromCommittedFile(Self.offKey) && settings.flag(Self.offKey)
    mayPushRecords = try !settings.isFromCommittedFile("push") && settings.flag("push")
    switch settings.text(key("failure"))?.lowercased() {
    case nil, "warn": blocks = false
    case "block": blocks = true
    case let other:
      throw Settings.Invalid(
        key: "checkpoint.\(key("failure"))", value: other ?? "", expected: "“warn” or “block”")
    }
  }

  /// Whether a hook that fails stops git, as far as that can be found out where the settings as a whole cannot be read.
  package static func blocks(in directory: BytePath) -> Bool {
    let git = GitProgram(in: directory)
    if let own = try? git.line(["config", "checkpoint.hooks.failure"]) { return own.lowercased() == "block" }
    let bytes = (try? Settings.committedText(in: directory)) ?? []
    return String(decoding: bytes.prefix(1 << 16), as: UTF8.self).split(separator: "\n").contains { line in
      let words = line.lowercased().split { " \t=\"".contains($0) }
      return words.starts(with: ["failure", "block"])
    }
  }

  package func takesCheckpoint(on branch: String) -> Bool { Self.matches(branch, branches) }

  func isReleaseBranch(_ branch: String) -> Bool { Self.matches(branch, releaseBranches) }

  private static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { fnmatch($0, name, 0) == 0 }
  }
}

extension Settings {
  /// The patterns of a key that may stand several times; an empty value drops what was set before it, as it does in
  /// lists of git's own. nil where the key is not set.
  func patterns(_ key: String) -> [String]? {
    let values = list(key)
    return values.isEmpty ? nil : Array(values[(values.lastIndex(of: "").map { $0 + 1 } ?? 0)...])
  }
}
