// Entries of a tree, found by their paths.

import CGit
import FileSystem

extension ObjectDatabase {
  /// The entries of those paths at which the tree has a file.
  func entries(at paths: Set<BytePath>, in tree: ObjectID) throws -> [BytePath: TreeEntry] {
    var found: [BytePath: TreeEntry] = [:]
    // Looking up one path reads all directories above it, so for many paths a walk is faster.
    if paths.count < 1000 {
      for path in paths {
        if let entry = try entry(at: path, in: tree), entry.mode != .directory { found[path] = entry }
      }
    } else {
      try forEachFile(in: tree) { path, entry in if paths.contains(path) { found[path] = entry } }
    }
    return found
  }

  package func entry(at path: BytePath, in tree: ObjectID) throws -> TreeEntry? {
    var found = TreeEntry(mode: .directory, id: tree)
    for component in path.components {
      guard found.mode == .directory else { return nil }
      let object = try lookup(found.id, GIT_OBJECT_TREE)
      defer { git_object_free(object) }
      guard let raw = component.withCString({ git_tree_entry_byname(object, $0) }),
        let id = git_tree_entry_id(raw),
        let mode = FileMode(tolerating: git_tree_entry_filemode_raw(raw).rawValue)
      else { return nil }
      found = TreeEntry(mode: mode, id: ObjectID(id.pointee))
    }
    return found
  }
}
