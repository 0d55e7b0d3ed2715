// Tags of checkpoints among the user's own tags. They change what `git describe` prints, leave the machine with `push
// --follow-tags`, and break builds that derive a version from tags. So they are made only if the settings want them; those
// of earlier versions of this program are moved out of the way once.

import ChunkStore
import FileSystem
import Git

struct PublicTags {
  /// Whether the user's own settings want them.
  let areWanted: Bool
  private let store: Store

  init(_ settings: Settings, _ store: Store) throws {
    areWanted = try settings[.publicTags]
    self.store = store
  }

  /// Exists once all tags are moved, so that later checkpoints need not look.
  private var mark: BytePath { store.root.appending("tags-hidden") }

  /// Moves the tags of this store's checkpoints out of `refs/tags`. Each is written to its new place before the old one is
  /// removed.
  /// - Returns: what people should know, once.
  func hide(_ objects: ObjectDatabase) throws -> [String] {
    if areWanted {
      try FileTree.remove(mark)
      return []
    }
    if FileTree.exists(mark) { return [] }
    let (catalog, start) = (Catalog(store), "refs/tags/checkpoint/")
    var count = 0
    for ref in try objects.refs(below: start) {
      guard let id = CheckpointID(String(ref.dropFirst(start.count))), catalog.exists(id),
        let target = try objects.target(of: ref)
      else { continue }
      try objects.setRef(id.tagRef, to: target)
      try objects.deleteRefs([ref])
      count += 1
    }
    try store.files.replaceFile(mark, with: [])
    if count == 0 { return [] }
    let tags = count == 1 ? "1 tag checkpoint/… is" : "\(count) tags checkpoint/… are"
    return [
      "\(tags) out of the way of git describe and push --follow-tags now, as checkpoints/…/tag; for new ones among"
        + " the tags: git config checkpoint.publicTags true"
    ]
  }
}
