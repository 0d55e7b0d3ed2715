// Makes a tree from another one, with some paths replaced or removed. Only the directories of those paths are read and
// written, so the cost depends on the change and not on the repository.

import CGit
import FileSystem

package struct TreeUpdate {
  private final class Node {
    var children: [BytePath: Node] = [:]
    /// The new entry; an outer nil means unchanged, an inner one removed.
    var replacement: TreeEntry??
  }

  private let root = Node()

  package init() {}

  /// Sets the entry at a path, or removes it if it is nil.
  package func set(_ path: BytePath, _ entry: TreeEntry?) {
    var node = root
    for component in path.components {
      if let next = node.children[component] {
        node = next
      } else {
        let next = Node()
        node.children[component] = next
        node = next
      }
    }
    node.replacement = .some(entry)
  }

  /// Writes the new tree. Directories that become empty disappear, because git has no empty ones.
  package func apply(to base: ObjectID?, in database: ObjectDatabase) throws -> ObjectID {
    try Self.write(root, base: base, database) ?? database.writeTree([])
  }

  /// nil for an empty directory.
  private static func write(_ node: Node, base: ObjectID?, _ database: ObjectDatabase) throws -> ObjectID? {
    if node.children.isEmpty { return base }
    let old = try base.map { try database.lookup($0, GIT_OBJECT_TREE) } ?? nil
    defer { git_object_free(old) }
    var isEmpty = false
    let tree = try database.withBuilder(from: old) { builder in
      for (name, child) in node.children {
        // There is nothing below a file, so removals there change nothing.
        let entry = name.withCString { git_treebuilder_get(builder, $0) }
        let oldDirectory: ObjectID? =
          if let entry, git_tree_entry_type(entry) == GIT_OBJECT_TREE, let id = git_tree_entry_id(entry) {
            ObjectID(id.pointee)
          } else { nil }
        var new: TreeEntry?
        let isFile = entry != nil && oldDirectory == nil
        if let replacement = child.replacement, let replacement {
          new = replacement
        } else if !child.children.isEmpty {
          // If the path was a file and has children now, this step also removes the file.
          new = try write(child, base: oldDirectory, database).map { TreeEntry(mode: .directory, id: $0) }
        }
        if let new {
          try database.insert(new, name, into: builder)
        } else if entry != nil && !(isFile && child.replacement == nil) {
          try LibGit2.check(
            name.withCString { git_treebuilder_remove(builder, $0) }, "remove \(name) from a tree")
        }
      }
      isEmpty = git_treebuilder_entrycount(builder) == 0
    }
    return isEmpty ? nil : tree
  }
}
