// Which tags of a repository are releases: those whose names match `checkpoint.releaseTag`, by default `v*`. Patterns work
// as in `git tag --list`: one matches the whole name, and `*` also matches slashes. Public tags of checkpoints are never
// releases.

import Git
import Glibc

/// A commit that a release tag names.
package struct Release: Sendable, Hashable {
  /// Without `refs/tags/`.
  package var tag: String
  package var commit: ObjectID

  package init(tag: String, commit: ObjectID) { (self.tag, self.commit) = (tag, commit) }
}

package struct ReleaseTags: Sendable {
  /// If empty, there are no releases.
  package let patterns: [String]

  package init(patterns: [String]) { self.patterns = patterns }

  package func contains(_ tag: String) -> Bool {
    if tag.hasPrefix("checkpoint/") { return false }
    return patterns.contains { fnmatch($0, tag, 0) == 0 }
  }

  /// The name of the tag, if the git revision is a release tag: `v1.2`, `tags/v1.2` or `refs/tags/v1.2`.
  package func tag(of revision: String) -> String? {
    let prefix = ["refs/tags/", "tags/"].first { revision.hasPrefix($0) } ?? ""
    let tag = String(revision.dropFirst(prefix.count))
    // Such characters lead from a tag to something else: v1.2~3.
    let isName = !tag.contains { "^~:?*[\\ ".contains($0) } && !tag.contains("@{")
    return isName && contains(tag) ? tag : nil
  }

  /// The release that a revision names; nil if there is none, or the tag names no commit.
  package func release(of revision: String, in objects: ObjectDatabase) -> Release? {
    guard let tag = tag(of: revision), let commit = objects.commit(at: "refs/tags/\(tag)") else {
      return nil
    }
    return Release(tag: tag, commit: commit)
  }

  /// All releases of the repository.
  package func releases(in objects: ObjectDatabase) throws -> [Release] {
    if patterns.isEmpty { return [] }
    return try objects.tags(where: contains).map { Release(tag: $0.name, commit: $0.target) }
  }
}
