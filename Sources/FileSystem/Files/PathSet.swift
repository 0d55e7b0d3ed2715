// A set of files and of whole directories. A slash at the end of a path marks a directory.

package struct PathSet: Sendable {
  private let paths: Set<BytePath>

  package init(_ paths: some Sequence<BytePath>) { self.paths = Set(paths) }

  package func contains(_ path: BytePath) -> Bool {
    if paths.isEmpty { return false }
    return paths.contains(path) || path.ancestors.contains(where: hasDirectory)
  }

  package func contains(directory path: BytePath) -> Bool {
    if paths.isEmpty { return false }
    return hasDirectory(path) || path.ancestors.contains(where: hasDirectory)
  }

  private func hasDirectory(_ path: BytePath) -> Bool {
    paths.contains(BytePath(path.bytes + [UInt8(ascii: "/")]))
  }
}
