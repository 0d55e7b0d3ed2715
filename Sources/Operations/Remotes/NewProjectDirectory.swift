// The directory of a project that is being made. If that fails, everything is as it was before.

import FileSystem
import Remotes

struct NewProjectDirectory {
  /// Without links and dots.
  let path: BytePath
  /// The topmost directory that was made; nil if the directory was there.
  private let made: BytePath?

  /// - Throws: `RemoteProblem.notEmpty`.
  init(_ directory: BytePath) throws {
    var (known, missing) = (directory, [BytePath]())
    // Through a link, which stays one.
    while !FileTree.exists(known), let parent = known.parent {
      missing.insert(known.lastComponent, at: 0)
      known = parent
    }
    let base = try FileTree.canonical(known)
    path = missing.reduce(base) { $0.appending($1) }
    made = missing.first.map(base.appending)
    if missing.isEmpty {
      guard try FileTree.status(path)?.kind == .directory else { throw RemoteProblem.notDirectory(path) }
      if try !FileTree.list(path).isEmpty { throw RemoteProblem.notEmpty(path) }
    }
    try FileTree.makeDirectories(path, mode: 0o777)
  }

  func discard() {
    if let made {
      try? FileTree.remove(made)
    } else {
      for name in (try? FileTree.list(path)) ?? [] { try? FileTree.remove(path.appending(name)) }
    }
  }
}
