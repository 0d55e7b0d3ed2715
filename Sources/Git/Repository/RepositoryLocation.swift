// Where a repository keeps what: asked of git itself, so that GIT_DIR, worktrees, submodules and
// safe.directory mean what they mean everywhere else.

import FileSystem
import Glibc

package struct RepositoryLocation: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case notARepository(BytePath)
    /// - Parameter byGit: otherwise git trusts it, and libgit2 does not.
    case unsafeOwner(BytePath, byGit: Bool)
    case noWorktree(BytePath)
    case unsupported(String)
    case gitMissing

    package var description: String {
      switch self {
      case .notARepository(let path): "\(path) is not inside a git repository"
      case .unsafeOwner(let path, byGit: true):
        "git does not trust the repository at \(path): somebody else owns it"
      case .unsafeOwner(let path, byGit: false):
        "libgit2 does not trust the repository at \(path): somebody else owns it, and the setting by which git trusts it "
          + "(“*”, or one from the environment) is not read by libgit2"
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
  /// A submodule: what the environment says of repositories is about the one around it.
  package let isSubmodule: Bool
  /// Git's own directories and our store, absolute, and those among them that lie in the working tree.
  package private(set) var places: [BytePath]
  package private(set) var own: OwnPlaces
  /// The working tree alone does not lead git here: the environment does, or `core.worktree`.
  package let isNamed: Bool

  /// Which of the repository's working trees this is: `.` for the main one, `worktrees/NAME` for a linked one. It
  /// stays the same when the repository is moved.
  package var worktreeName: BytePath {
    guard gitDirectory != commonDirectory, gitDirectory.isInside(commonDirectory) else { return "." }
    return BytePath(gitDirectory.bytes.dropFirst(commonDirectory.bytes.count + 1))
  }

  package var git: GitProgram {
    var git = GitProgram(in: worktree)
    git.ignoresEnvironment = isSubmodule
    if isNamed { git.place = (gitDirectory, worktree) }
    return git
  }

  /// The same, with more places that are no part of the work.
  package func leavingOut(_ others: [BytePath]) -> RepositoryLocation {
    var location = self
    location.places += others
    for place in others { location.own.insert(place, in: worktree) }
    return location
  }

  /// False when a directory on the way to a path is a link, or missing: what lies behind it is not ours.
  package func isReachable(_ path: BytePath) -> Bool { FileTree.isReachable(path, below: worktree) }

  /// Whether a file has been there as it is since then.
  package func isUnchanged(_ path: BytePath, since moment: Timestamp) -> Bool {
    guard isReachable(path), let status = try? FileTree.status(worktree.appending(path)) else { return false }
    return status.changedAt < moment
  }

  /// The branch that HEAD is on, whether it has a commit or not; nil when HEAD is detached.
  package func currentBranch() throws -> String? {
    // Not the short form: it is a longer one where a tag has the same name.
    let prefix = "refs/heads/"
    let ref = try headLine() ?? git.line(["symbolic-ref", "--quiet", "HEAD"])
    guard let ref, ref.hasPrefix(prefix) else { return nil }
    return String(ref.dropFirst(prefix.count))
  }

  /// The ref or the commit in the file HEAD; nil where it is a link, as long ago, or something else.
  private func headLine() throws -> String? {
    let path = gitDirectory.appending("HEAD")
    guard try FileTree.status(path)?.kind == .regular else { return nil }
    let text = String(decoding: try FileTree.readAll(path, limit: 1 << 16), as: UTF8.self)
    guard text.last == "\n" else { return nil }
    if let id = ObjectID(text.dropLast()) { return id.description }
    let ref = text.dropLast()
    return ref.hasPrefix("ref: refs/heads/") && !ref.contains("\n")
      ? String(ref.dropFirst("ref: ".count)) : nil
  }

  /// Where the process stands, from the top of the working tree; empty at the top.
  package func pathOfCurrentDirectory() throws -> BytePath {
    var prefix = try GitProgram(in: FileTree.currentDirectory()).run(["rev-parse", "--show-prefix"])
    if prefix.last == 0x0A { prefix.removeLast() }
    return BytePath(prefix)
  }

  /// `detected dubious ownership in repository at 'PATH'`
  private static func quotedPath(in message: String) -> BytePath? {
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count >= 3 ? BytePath(String(parts[1])) : nil
  }

  package static func discover(
    from directory: BytePath, isSubmodule: Bool = false
  ) throws -> RepositoryLocation {
    var git = GitProgram(in: directory)
    git.ignoresEnvironment = isSubmodule
    let lines: [ArraySlice<UInt8>]
    do {
      lines = try git.run([
        "rev-parse", "--path-format=absolute", "--is-bare-repository", "--git-dir", "--git-common-dir",
        "--show-object-format", "--is-inside-work-tree", "--show-toplevel",
      ]).split(separator: 0x0A)
    } catch let error as SubprocessError {
      if error.reason == .notFound { throw Problem.gitMissing }
      if error.message.contains("dubious ownership") {
        throw Problem.unsafeOwner(Self.quotedPath(in: error.message) ?? directory, byGit: true)
      }
      if error.message.contains("must be run in a work tree") { throw Problem.noWorktree(directory) }
      if error.message.contains("not a git repository") { throw Problem.notARepository(directory) }
      throw error
    }
    guard lines.count >= 6 else { throw Problem.notARepository(directory) }
    func path(_ index: Int, _ option: BytePath) throws -> BytePath {
      if lines.count == 6 { return BytePath(lines[index]) }
      // A path with a newline in it: ask for each alone.
      var output = try git.run(["rev-parse", "--path-format=absolute", option])
      if output.last == 0x0A { output.removeLast() }
      return BytePath(output)
    }
    let format =
      lines.count == 6
      ? String(decoding: lines[3], as: UTF8.self) : try git.line(["rev-parse", "--show-object-format"]) ?? ""
    guard format == "sha1" else { throw Problem.unsupported("the object format \(format)") }
    let common = try path(2, "--git-common-dir")
    if FileTree.exists(common.appending("reftable")) { throw Problem.unsupported("the ref storage reftable") }
    let (worktree, gitDirectory) = (try path(5, "--show-toplevel"), try path(1, "--git-dir"))
    return RepositoryLocation(
      worktree: worktree, gitDirectory: gitDirectory, commonDirectory: common, isSubmodule: isSubmodule,
      places: [gitDirectory, common], own: OwnPlaces([gitDirectory, common], in: worktree),
      isNamed: !isSubmodule && isNamed(gitDirectory, worktree))
  }

  private static func isNamed(_ gitDirectory: BytePath, _ worktree: BytePath) -> Bool {
    if getenv("GIT_DIR") != nil || getenv("GIT_WORK_TREE") != nil { return true }
    let inner = worktree.appending(".git")
    return inner != gitDirectory && (try? FileTree.canonical(inner)) != gitDirectory
      && NestedRepository.gitDirectories(of: worktree).first != gitDirectory
  }

  /// Names the repository to the programs that this process starts, wherever these stand.
  package func nameInEnvironment() {
    guard isNamed else { return }
    gitDirectory.withCString { _ = setenv("GIT_DIR", $0, 1) }
    worktree.withCString { _ = setenv("GIT_WORK_TREE", $0, 1) }
  }
}
