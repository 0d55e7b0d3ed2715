// Finds the files of a tree that the sparse checkout leaves out. Git itself decides: it applies the patterns to a scratch
// index with that tree, in an empty working tree, so that no file is made or removed.

import FileSystem

package enum SparseCheckout {
  /// - Returns: the files, and the topmost directories in which nothing is left, with a slash at their end. Nothing if the
  ///   checkout is not sparse.
  package static func leftOut(
    of tree: ObjectID, _ location: RepositoryLocation
  ) throws -> (files: [BytePath], directories: [BytePath]) {
    guard try location.git.line(["config", "--type=bool", "--get", "core.sparseCheckout"]) == "true" else {
      return ([], [])
    }
    let empty = ScratchIndex.directory(in: location)
    try FileTree.makeDirectories(empty, mode: 0o700)
    defer { try? FileTree.remove(empty) }
    let git = location.git.at(empty)
    let place: [BytePath] = [
      BytePath("--git-dir=".utf8 + location.gitDirectory.bytes), "--work-tree=.", "-c",
      "core.fsmonitor=false",
    ]
    let output = try ScratchIndex.use(in: location) { run in
      _ = try run(git, place + ["read-tree", BytePath(tree.description)], [])
      // With -u, the patterns are applied. The first read-tree has made the entries, so that no file is written.
      _ = try run(git, place + ["read-tree", "-m", "-u", BytePath(tree.description)], [])
      return try run(git, place + ["ls-files", "-t", "-z"], [])
    }
    var (files, present): ([BytePath], Set<BytePath>) = ([], [])
    for record in output.split(separator: 0) {
      let path = BytePath(record.dropFirst(2))
      if record.first == UInt8(ascii: "S") { files.append(path) } else { present.formUnion(path.ancestors) }
    }
    let absent = Set(files.flatMap(\.ancestors)).subtracting(present)
    let topmost = absent.filter { path in path.parent.map { !absent.contains($0) } ?? true }
    return (files, topmost.sorted().map { BytePath($0.bytes + [UInt8(ascii: "/")]) })
  }
}
