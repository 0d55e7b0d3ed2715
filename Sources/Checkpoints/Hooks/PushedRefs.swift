// What a push carries, as git tells it to pre-push, and whether that is a release.

import FileSystem
import Git

package struct PushedRefs: Sendable {
  package struct Ref: Sendable, Hashable {
    /// All zeros for a ref that is deleted.
    package var new: String
    /// The full name on the remote.
    package var remote: String
    /// All zeros for one that is new there.
    package var old: String

    package var isDeleted: Bool { Self.isZero(new) }
    fileprivate static func isZero(_ object: String) -> Bool { object.allSatisfy { $0 == "0" } }
  }

  package let refs: [Ref]
  /// As git names it: a name, or an address.
  package let remote: String

  /// - Parameter input: a line for each ref: local ref, local object, remote ref, remote object. The first can be any
  ///   expression, with spaces, so lines are read from their ends. Others are passed over.
  package init(_ input: [UInt8], remote: String) {
    self.remote = remote
    refs = String(decoding: input, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: false).suffix(3).map(String.init)
      guard words.count == 3, words[1].hasPrefix("refs/"), !words[0].isEmpty, !words[2].isEmpty else {
        return nil
      }
      return Ref(new: words[0], remote: words[1], old: words[2])
    }
  }

  /// The first ref that would carry recorded work to the remote.
  package var recordedWork: String? {
    refs.first { !$0.isDeleted && $0.remote.hasPrefix("refs/checkpoints/") }?.remote
  }

  /// Why this is a release, in words; nil for every other push.
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
    guard !settings.releaseMessage.isEmpty,
      let commit = try commit(of: present.map(\.new), since: present.map(\.old), settings, location)
    else { return nil }
    return "the commit “\(commit)”"
  }

  private static func name(_ ref: Ref, below prefix: String) -> String? {
    ref.remote.hasPrefix(prefix) ? String(ref.remote.dropFirst(prefix.count)) : nil
  }

  /// The newest of the pushed commits whose message speaks of a release.
  private func commit(
    of new: [String], since old: [String], _ settings: HookSettings, _ location: RepositoryLocation
  ) throws -> String? {
    if new.isEmpty { return nil }
    func search(_ known: [String]) throws -> String? {
      let words: [BytePath] =
        [
          "log", "--max-count=1", "--regexp-ignore-case", "--grep=\(settings.releaseMessage)", "--format=%s",
          "--no-show-signature",
        ].map { BytePath($0) } + new.map { BytePath($0) } + ["--not", BytePath("--remotes=\(remote)")]
        + known.map { BytePath($0) }
      return try location.git.line(words)
    }
    let known = old.filter { !Ref.isZero($0) }
    // What the remote has may be unknown here; then what was fetched from it has to do.
    do { return try search(known) } catch is SubprocessError where !known.isEmpty { return try search([]) }
  }
}
