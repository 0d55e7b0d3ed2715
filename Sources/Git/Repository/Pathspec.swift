// Finds the files of a recorded state that git's pathspecs match. Git itself is asked, with a scratch index that contains
// the state, so that every magic word works as it does everywhere else (gitglossary(7), “pathspec”).

import FileSystem

package enum Pathspec {
  package struct Unmatched: Error, Sendable, CustomStringConvertible {
    package var pathspec: BytePath
    package var description: String { "“\(pathspec)” matches no file" }
  }

  /// Git does not accept the pathspec.
  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var pathspec: BytePath
    package var reason: String
    package var description: String { "git does not accept the pathspec “\(pathspec)”: \(reason)" }
  }

  /// - Parameters:
  ///   - pathspecs: relative to `directory`, as the user typed them.
  ///   - others: more files besides those of the tree.
  /// - Returns: files, relative to the top of the working tree.
  /// - Throws: `Unmatched` for the first pathspec that matches nothing, `Invalid` for one that git does not accept.
  package static func files(
    matching pathspecs: [BytePath], from directory: BytePath, in tree: ObjectID, and others: Set<BytePath>,
    _ location: RepositoryLocation
  ) throws -> Set<BytePath> {
    try ScratchIndex.use(in: location) { run in
      _ = try run(location.git, ["read-tree", BytePath(tree.description)], [])
      let entries = others.reduce(into: [UInt8]()) { lines, path in
        lines += Array("100644 \(ObjectID.emptyBlobText) 0\t".utf8) + path.bytes + [0]
      }
      if !entries.isEmpty { _ = try run(location.git, ["update-index", "-z", "--index-info"], entries) }
      func list(_ pathspecs: [BytePath]) throws -> Set<BytePath> {
        let output = try run(
          location.git.at(directory), ["ls-files", "-z", "--full-name", "--"] + pathspecs, [])
        return Set(output.split(separator: 0).map { BytePath($0) })
      }
      // One by one, because with several of them it would not be noticed that one matches nothing, and git does not always say
      // which one is wrong. Only pathspecs that exclude files may match nothing.
      for pathspec in pathspecs {
        do {
          let isEmpty = try list([pathspec]).isEmpty
          if isEmpty && !isExclusion(pathspec) { throw Unmatched(pathspec: pathspec) }
        } catch let error as SubprocessError where error.reason == .failed(status: 128) {
          throw Invalid(pathspec: pathspec, reason: reason(error))
        }
      }
      return try list(pathspecs)
    }
  }

  /// Git's message, without the prefix.
  private static func reason(_ error: SubprocessError) -> String {
    let (lines, prefix) = (error.message.split(separator: "\n"), "fatal: ")
    let line = lines.last { $0.hasPrefix(prefix) }
    return line.map { String($0.dropFirst(prefix.count)) } ?? error.description
  }

  private static func isExclusion(_ pathspec: BytePath) -> Bool {
    let text = pathspec.description
    return [":!", ":^"].contains { text.hasPrefix($0) }
      || (text.hasPrefix(":(") && text.prefix { $0 != ")" }.contains("exclude"))
  }
}
