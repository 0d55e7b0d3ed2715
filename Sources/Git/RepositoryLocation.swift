// Where a repository keeps what: asked of git itself, so that GIT_DIR, worktrees, submodules and
// safe.directory mean what they mean everywhere else.

import FileSystem

package struct RepositoryLocation: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case notARepository(BytePath)
    case unsafeOwner(BytePath, String)
    case noWorktree(BytePath)
    case unsupported(String)
    case gitMissing

    package var description: String {
      switch self {
      case .notARepository(let path): "\(path) is not inside a git repository"
      case .unsafeOwner(let path, _): "git does not trust the repository at \(path): somebody else owns it"
      case .noWorktree(let path): "the repository at \(path) is bare: there is no working tree to record"
      case .unsupported(let what): "this repository uses \(what), which is not supported yet"
      case .gitMissing: "the git program is not installed"
      }
    }
  }

  /// The top of the working tree, absolute.
  package let worktree: BytePath
  /// The git directory of this worktree: HEAD and index are here.
  package let gitDirectory: BytePath
  /// The directory that all worktrees share: objects and refs are here.
  package let commonDirectory: BytePath

  package var git: GitProgram { GitProgram(in: worktree) }

  /// False when a directory on the way to a path is a link, or missing: what lies behind it is not ours.
  func isReachable(_ path: BytePath) -> Bool {
    var parent = path.parent
    while let directory = parent {
      if (try? FileTree.status(worktree.appending(directory)))??.kind != .directory { return false }
      parent = directory.parent
    }
    return true
  }

  /// Where the process stands, from the top of the working tree; empty at the top.
  package func pathOfCurrentDirectory() throws -> BytePath {
    var prefix = try GitProgram(in: FileTree.currentDirectory()).run(["rev-parse", "--show-prefix"])
    if prefix.last == 0x0A { prefix.removeLast() }
    return BytePath(prefix)
  }

  package static func discover(from directory: BytePath) throws -> RepositoryLocation {
    let git = GitProgram(in: directory)
    let lines: [ArraySlice<UInt8>]
    do {
      lines = try git.run([
        "rev-parse", "--path-format=absolute", "--is-bare-repository", "--git-dir", "--git-common-dir",
        "--show-object-format", "--is-inside-work-tree", "--show-toplevel",
      ]).split(separator: 0x0A)
    } catch let error as SubprocessError {
      if error.reason == .notFound { throw Problem.gitMissing }
      if error.message.contains("dubious ownership") { throw Problem.unsafeOwner(directory, error.message) }
      if error.message.contains("must be run in a work tree") { throw Problem.noWorktree(directory) }
      if error.message.contains("not a git repository") { throw Problem.notARepository(directory) }
      throw error
    }
    guard lines.count >= 6 else { throw Problem.notARepository(directory) }
    let format = String(decoding: lines[3], as: UTF8.self)
    guard format == "sha1" else { throw Problem.unsupported("the object format \(format)") }
    // What follows is the path of the top, which may hold newlines itself.
    let top = lines[5...].joined(separator: [0x0A])
    let common = BytePath(lines[2])
    if FileTree.exists(common.appending("reftable")) { throw Problem.unsupported("the ref storage reftable") }
    return RepositoryLocation(
      worktree: BytePath(Array(top)), gitDirectory: BytePath(lines[1]), commonDirectory: common)
  }
}
