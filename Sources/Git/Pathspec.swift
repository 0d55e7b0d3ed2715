// Which files of a recorded state git's pathspecs mean: git itself is asked, with an index of its own that holds that
// state, so that every magic word works as it does everywhere else (gitglossary(7), “pathspec”).

import FileSystem
import Glibc

package enum Pathspec {
  package struct Unmatched: Error, Sendable, CustomStringConvertible {
    package var pathspec: BytePath
    package var description: String { "“\(pathspec)” matches no file" }
  }

  /// - Parameters:
  ///   - pathspecs: relative to `directory`, as they were typed.
  ///   - others: more files beside those of the tree.
  /// - Returns: files from the top of the working tree.
  /// - Throws: `Unmatched` for the first one that means nothing.
  package static func files(
    matching pathspecs: [BytePath], from directory: BytePath, in tree: ObjectID, and others: Set<BytePath>,
    _ location: RepositoryLocation
  ) throws -> Set<BytePath> {
    let index = location.gitDirectory.appending("checkpoint-pathspec-\(getpid())")
    defer { try? FileTree.remove(index) }
    func run(_ arguments: [BytePath], in directory: BytePath, input: [UInt8] = []) throws -> [UInt8] {
      var process = GitProgram(in: directory).subprocess(arguments)
      process.indexFile = index
      return try process.output(input: input)
    }
    _ = try run(["read-tree", BytePath(tree.description)], in: location.worktree)
    let entries = others.reduce(into: [UInt8]()) { lines, path in
      lines += Array("100644 \(ObjectID.emptyBlobText) 0\t".utf8) + path.bytes + [0]
    }
    if !entries.isEmpty {
      _ = try run(["update-index", "-z", "--index-info"], in: location.worktree, input: entries)
    }
    func list(_ pathspecs: [BytePath]) throws -> Set<BytePath> {
      let output = try run(["ls-files", "-z", "--full-name", "--"] + pathspecs, in: directory)
      return Set(output.split(separator: 0).map { BytePath($0) })
    }
    // One by one, because an empty answer for one of several would go unnoticed. Those that take away may match nothing.
    for pathspec in pathspecs where !takesAway(pathspec) {
      if try list([pathspec]).isEmpty { throw Unmatched(pathspec: pathspec) }
    }
    return try list(pathspecs)
  }

  private static func takesAway(_ pathspec: BytePath) -> Bool {
    let text = pathspec.description
    return [":!", ":^"].contains { text.hasPrefix($0) }
      || (text.hasPrefix(":(") && text.prefix { $0 != ")" }.contains("exclude"))
  }
}
