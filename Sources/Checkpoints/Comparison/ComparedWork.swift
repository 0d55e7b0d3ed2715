// One side of a comparison of files: what a checkpoint recorded, or the working copy as it is now, which is recorded in
// quarantine and then dropped. If a checkpoint has no files of its own, or they are gone, those of its commit are compared.

import FileSystem
import Git

package struct ComparedWork {
  package var place: WorkChanges.Place
  /// nil if there is nothing to compare.
  var tree: ObjectID?
  /// Files that this side did not record.
  var skipped = PathSet([])
  var problem: String?
  var remark: String?

  /// The working copy as it is now.
  package init(_ present: CapturedState, _ objects: ObjectDatabase) throws {
    let state = present.state
    place = WorkChanges.Place(
      head: state.head, branch: state.branch, subject: try state.head.map { try objects.subject(of: $0) })
    (tree, skipped) = (state.worktree, PathSet(state.metadata.skipped))
  }

  package init(_ manifest: Manifest, _ objects: ObjectDatabase) {
    let git = manifest.git
    place = WorkChanges.Place(head: git.head, branch: git.branch, subject: git.headSubject)
    if git.submodules?.isEmpty == false { remark = "the work in submodules is not compared" }
    if let tree = git.stateTree {
      do {
        let state = try RecordedState(tree: tree, head: git.head, branch: git.branch, in: objects)
        (self.tree, skipped) = (state.worktree, PathSet(state.metadata.skipped))
        return
      } catch {
        problem = "the recorded files of \(manifest.id) are gone (checkpoint verify shows more)"
      }
    } else {
      remark = "\(manifest.id) holds no files" + (git.head == nil ? "" : "; those of its commit are compared")
    }
    guard let head = git.head else { return }
    if let tree = try? objects.tree(of: head) {
      self.tree = tree
      if problem != nil { problem = "\(problem ?? ""); those of its commit are compared" }
    } else {
      (problem, remark) = ("the files and the commit \(head.short) of \(manifest.id) are gone", nil)
    }
  }
}
