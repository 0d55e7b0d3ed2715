// What post-checkout says after a switch of branches: that the database may still be the other branch's, if checkpoints show
// that this branch had one of its own.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct BranchHint {
  /// nil if there is nothing to say.
  let line: String?

  init(_ opened: OpenProject) throws {
    guard let branch = try opened.location.currentBranch() else {
      line = nil
      return
    }
    let recorded = try opened.catalog.newestFirst().lazy.filter { manifest in
      !manifest.kind.isInternal && !manifest.data.isEmpty
    }
    guard let last = recorded.first(where: { _ in true }), last.git.branch != branch,
      let own = recorded.first(where: { $0.git.branch == branch })
    else {
      line = nil
      return
    }
    let other = last.git.branch.map { "that of \(Format.visible($0))" } ?? "another one's"
    let age = Format.age(opened.session.clock.now().secondsSinceEpoch - own.createdAt.secondsSinceEpoch)
    line =
      "checkpoint: the database may still be \(other); \(Format.visible(branch))'s, \(age): "
      + "checkpoint restore database \(own.id)"
  }
}
