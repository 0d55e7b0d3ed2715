// What a push carries, as git passes it to pre-push, and whether that is a release.

import FileSystem
import Git

package struct PushedRefs: Sendable {
  package struct Ref: Sendable, Hashable {
    /// The local name: a ref, or any expression for a revision.
    package var local: String
    /// All zeros for a ref that is deleted.
    package var new: String
    /// The full name of the ref on the remote.
    package var remote: String
    /// All zeros for a ref that is new there.
    package var old: String

    package var isDeleted: Bool { new.allSatisfy { $0 == "0" } }
  }

  package let refs: [Ref]
  /// The name or address of the remote, as git gives it.
  package let remote: String

  /// - Parameter input: a line for each ref: local ref, local object, remote ref, remote object. The first can be any
  ///   expression and contain spaces, so lines are read from their ends. Other lines are skipped.
  package init(_ input: [UInt8], remote: String) {
    self.remote = remote
    refs = String(decoding: input, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count >= 4, words[words.count - 2].hasPrefix("refs/") else { return nil }
      let tail = Array(words.suffix(3))
      return Ref(
        local: words.dropLast(3).joined(separator: " "), new: tail[0], remote: tail[1], old: tail[2])
    }
  }

  /// The first ref that would publish recorded work.
  package var recordedWork: String? {
    let prefix = "refs/checkpoints/"
    let names = refs.filter { !$0.isDeleted }.flatMap { [$0.local, $0.remote] }
    return names.first { $0.hasPrefix(prefix) }
  }

  /// Why this push is a release, for people; nil if it is none.
  package func release(_ settings: HookSettings, _ location: RepositoryLocation) throws -> String? {
    let present = refs.filter { !$0.isDeleted }
    for ref in present {
      if let tag = Self.name(ref, below: "refs/tags/"), settings.releaseTags.contains(tag) {
        return "the tag \(tag)"
      }
      if let branch = Self.name(ref, below: "refs/heads/"), settings.isReleaseBranch(branch) {
        return "the branch \(branch)"
      }
    }
    guard !settings.releaseMessage.isEmpty, !present.isEmpty,
      let commit = try commit(of: present, settings.releaseMessage, location)
    else { return nil }
    return "the commit “\(commit)”"
  }

  private static func name(_ ref: Ref, below prefix: String) -> String? {
    ref.remote.hasPrefix(prefix) ? String(ref.remote.dropFirst(prefix.count)) : nil
  }

  /// The newest of the pushed commits whose message is that of a release. Commits that a remote is known to have are not new; if
  /// nothing is known of any remote, only the newest commit of a new ref counts.
  private func commit(of refs: [Ref], _ message: String, _ location: RepositoryLocation) throws -> String? {
    let knowsRemotes = try location.git.line(["for-each-ref", "--count=1", "refs/remotes"]) != nil
    let revisions = refs.map { ref in
      let isNew = ref.old.allSatisfy { $0 == "0" }
      return isNew ? ref.new + (knowsRemotes ? "" : "^!") : "\(ref.new)\n^\(ref.old)"
    }
    let words: [BytePath] = [
      "log", "--max-count=1", "--ignore-missing", "--regexp-ignore-case", BytePath("--grep=\(message)"),
      "--format=%s", "--no-show-signature", "--stdin", "--not", "--remotes",
    ]
    let output = try location.git.run(words, input: Array(revisions.joined(separator: "\n").utf8) + [0x0A])
    let line = output.prefix { $0 != 0x0A }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
