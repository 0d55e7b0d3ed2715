// Compares two trees file by file, without reading equal subtrees, and counts the lines in which files differ.

import CGit
import FileSystem
import Glibc

package struct TreeDifference: Sendable {
  package var path: BytePath
  package var old: TreeEntry?
  package var new: TreeEntry?
}

extension ObjectDatabase {
  /// Differences in the order of paths; directories appear only through their files.
  package func differences(from old: ObjectID?, to new: ObjectID?) throws -> [TreeDifference] {
    var found: [TreeDifference] = []
    try collect(old, new, "", into: &found)
    return found
  }

  private func collect(
    _ old: ObjectID?, _ new: ObjectID?, _ prefix: BytePath, into found: inout [TreeDifference]
  ) throws {
    if old == new { return }
    for (name, pair) in try pairs(old, new).sorted(by: { $0.key < $1.key }) {
      let path = prefix.appending(name)
      let oldTree = pair.old?.mode == .directory ? pair.old?.id : nil
      let newTree = pair.new?.mode == .directory ? pair.new?.id : nil
      if oldTree != nil || newTree != nil { try collect(oldTree, newTree, path, into: &found) }
      let oldFile = oldTree == nil ? pair.old : nil
      let newFile = newTree == nil ? pair.new : nil
      if oldFile != nil || newFile != nil {
        found.append(TreeDifference(path: path, old: oldFile, new: newFile))
      }
    }
  }

  /// The names that have different entries in two trees. Most are equal, and of those nothing is copied.
  private func pairs(
    _ old: ObjectID?, _ new: ObjectID?
  ) throws -> [BytePath: (old: TreeEntry?, new: TreeEntry?)] {
    let trees = try (old.map { try lookup($0, GIT_OBJECT_TREE) }, new.map { try lookup($0, GIT_OBJECT_TREE) })
    defer {
      git_object_free(trees.0 ?? nil)
      git_object_free(trees.1 ?? nil)
    }
    var pairs: [BytePath: (old: TreeEntry?, new: TreeEntry?)] = [:]
    let left = TreeCursor(trees.0 ?? nil)
    let right = TreeCursor(trees.1 ?? nil)
    while left.entry != nil || right.entry != nil {
      let order = TreeCursor.order(left, right)
      if order == 0 && left.isSame(as: right) {
        left.advance()
        right.advance()
        continue
      }
      // A file and a directory of the same name may be at different places in the order.
      if order <= 0, let (name, entry) = try left.take() { pairs[name, default: (nil, nil)].old = entry }
      if order >= 0, let (name, entry) = try right.take() { pairs[name, default: (nil, nil)].new = entry }
    }
    return pairs.filter { $0.value.old != $0.value.new }
  }

  /// Calls `body` for every file of a tree.
  package func forEachFile(
    in tree: ObjectID, below prefix: BytePath = "", _ body: (BytePath, TreeEntry) throws -> Void
  ) throws {
    for (name, entry) in try entries(of: tree) {
      let path = prefix.appending(name)
      if entry.mode == .directory {
        try forEachFile(in: entry.id, below: path, body)
      } else {
        try body(path, entry)
      }
    }
  }

  /// Calls `body` for every directory in a tree, without its top.
  func forEachDirectory(
    in tree: ObjectID, below prefix: BytePath = "", _ body: (BytePath) -> Void
  ) throws {
    for (name, entry) in try entries(of: tree) where entry.mode == .directory {
      let path = prefix.appending(name)
      body(path)
      try forEachDirectory(in: entry.id, below: path, body)
    }
  }

  /// Lines added and removed; nil for links, binary files and files of more than `limit` bytes.
  package func lineCounts(_ difference: TreeDifference, limit: Int = 1 << 20) throws -> LineCounts? {
    guard case .counted(let counts) = try lines(of: difference, limit: limit) else { return nil }
    return counts
  }

  /// Lines added and removed, or why they are not counted.
  package func lines(of difference: TreeDifference, limit: Int) throws -> LineDifference {
    var sides: [[UInt8]] = []
    for side in [difference.old, difference.new] {
      guard let side else {
        sides.append([])
        continue
      }
      if side.mode == .submodule { return .uncounted(.submodule) }
      if side.mode == .symbolicLink { return .uncounted(.link) }
      guard exists(side.id) else { return .uncounted(.missing) }
      guard try byteCount(of: side.id) <= limit else { return .uncounted(.large) }
      let blob = try lookup(side.id, GIT_OBJECT_BLOB)
      defer { git_blob_free(blob) }
      let count = Int(git_blob_rawsize(blob))
      if git_blob_is_binary(blob) == 1 { return .uncounted(.binary) }
      sides.append(Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: count)))
    }
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.context_lines = 0
    // Attributes are ignored here, because looking them up would read the index.
    options.flags |= GIT_DIFF_FORCE_TEXT.rawValue
    var patch: OpaquePointer?
    try LibGit2.check(
      git_patch_from_buffers(&patch, sides[0], sides[0].count, nil, sides[1], sides[1].count, nil, &options),
      "compare \(difference.path)")
    defer { git_patch_free(patch) }
    var (added, removed) = (0, 0)
    try LibGit2.check(git_patch_line_stats(nil, &added, &removed, patch), "compare \(difference.path)")
    return .counted(LineCounts(added: added, removed: removed))
  }
}

/// A position in a tree.
private final class TreeCursor {
  private let tree: OpaquePointer?
  private var index = 0
  /// nil at the end.
  private(set) var entry: OpaquePointer?

  init(_ tree: OpaquePointer?) {
    self.tree = tree
    entry = tree.flatMap { git_tree_entry_byindex($0, 0) }
  }

  func advance() {
    index += 1
    entry = tree.flatMap { git_tree_entry_byindex($0, index) }
  }

  /// Git's order of names in a tree. A cursor at the end of its tree comes last.
  static func order(_ left: TreeCursor, _ right: TreeCursor) -> Int32 {
    guard let one = left.entry else { return 1 }
    guard let other = right.entry else { return -1 }
    return git_tree_entry_cmp(one, other)
  }

  /// Whether two entries of the same name are equal.
  func isSame(as other: TreeCursor) -> Bool {
    git_tree_entry_filemode(entry) == git_tree_entry_filemode(other.entry)
      && git_oid_equal(git_tree_entry_id(entry), git_tree_entry_id(other.entry)) == 1
  }

  /// Returns the entry and moves on to the next one.
  func take() throws -> (BytePath, TreeEntry)? {
    guard let entry else { return nil }
    defer { advance() }
    guard let name = git_tree_entry_name(entry), let id = git_tree_entry_id(entry),
      let mode = FileMode(tolerating: git_tree_entry_filemode_raw(entry).rawValue)
    else { throw GitError(code: -1, operation: "compare trees", message: "an entry of an unknown mode") }
    return (
      BytePath(UnsafeRawBufferPointer(start: name, count: strlen(name))),
      TreeEntry(mode: mode, id: ObjectID(id.pointee))
    )
  }
}
