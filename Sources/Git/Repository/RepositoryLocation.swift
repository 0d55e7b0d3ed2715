// The directories of a repository. Git itself is asked for them, so that GIT_DIR, worktrees, submodules and safe.directory
// mean what they mean everywhere else.

import FileSystem

package struct RepositoryLocation: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case notARepository(BytePath)
    /// - Parameter byGit: true if git does not trust it; false if git does, but libgit2 does not.
    case unsafeOwner(BytePath, byGit: Bool)
    case noWorktree(BytePath)
    case unsupported(String)
    case gitMissing

    package var description: String {
      switch self {
      case .notARepository(let path): "\(path) is not inside a git repository"
      case .unsafeOwner(let path, byGit: true):
        "git does not trust the repository at \(path): it belongs to another user"
      case .unsafeOwner(let path, byGit: false):
        "libgit2 does not trust the repository at \(path): it belongs to another user, and libgit2 does not read the "
          + "setting by which git trusts it (“*”, or one from the environment)"
      case .noWorktree(let path): "the repository at \(path) is bare: there is no working tree to record"
      case .unsupported(let what): "this repository uses \(what), which is not supported yet"
      case .gitMissing: "the git program is not installed"
      }
    }
  }

  /// The top of the working tree, an absolute path.
  package let worktree: BytePath
  /// The git directory of this worktree, with HEAD and the index.
  package let gitDirectory: BytePath
  /// The directory that all worktrees share, with objects and refs.
  package let commonDirectory: BytePath
  /// Whether it is a submodule. Variables such as GIT_DIR then refer to the repository around it.
  package let isSubmodule: Bool
  /// Git's own directories and our store, as absolute paths.
  package private(set) var places: [BytePath]
  /// Those of `places` that are inside the working tree.
  package private(set) var own: OwnPlaces
  /// Whether git does not find the git directory from the working tree, but by the environment or `core.worktree`.
  package let isNamed: Bool

  /// The variables that git runs with; they name the repository if git does not find it.
  package private(set) var environment: [String: String]

  /// Identifies this among the repository's working trees: `.` for the main one, `worktrees/NAME` for a linked one. It stays
  /// the same if the repository is moved.
  package var worktreeName: BytePath {
    guard gitDirectory != commonDirectory, gitDirectory.isInside(commonDirectory) else { return "." }
    return BytePath(gitDirectory.bytes.dropFirst(commonDirectory.bytes.count + 1))
  }

  package var git: GitProgram {
    var git = GitProgram(in: worktree, environment: environment)
    if isNamed { git.place = (gitDirectory, worktree) }
    return git
  }

  /// The same location for work that a git hook begins: its variables name the repository, and no longer the index that git is
  /// about to commit. The state to record is that of the user's index, before git has done anything to it.
  package func withoutGitsIndex() -> RepositoryLocation {
    var location = self
    let others = GitProgram.unnamed(environment)
    location.environment = isNamed ? Self.naming(gitDirectory, worktree, in: others) : others
    return location
  }

  /// The same location with more places that are not part of the work.
  package func leavingOut(_ others: [BytePath]) -> RepositoryLocation {
    var location = self
    location.places += others
    for place in others { location.own.insert(place, in: worktree) }
    return location
  }

  /// False if a directory above the path is missing or is a link: what lies behind a link is not ours.
  package func isReachable(_ path: BytePath) -> Bool { FileTree.isReachable(path, below: worktree) }

  /// Whether a file has existed, unchanged, since before `moment`.
  package func isUnchanged(_ path: BytePath, since moment: Timestamp) -> Bool {
    guard isReachable(path), let status = try? FileTree.status(worktree.appending(path)) else { return false }
    return status.changedAt < moment
  }

  /// The branch that HEAD is on, whether it has a commit or not; nil if HEAD is detached.
  package func currentBranch() throws -> String? {
    // The full name, because git lengthens the short one if a tag has the same name.
    let prefix = "refs/heads/"
    let ref = try headLine() ?? git.line(["symbolic-ref", "--quiet", "HEAD"])
    guard let ref, ref.hasPrefix(prefix) else { return nil }
    return String(ref.dropFirst(prefix.count))
  }

  /// The ref or the commit in the file HEAD; nil if the file is a link, as in very old repositories, or has another form.
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

  /// `detected dubious ownership in repository at 'PATH'`
  private static func quotedPath(in message: String) -> BytePath? {
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count >= 3 ? BytePath(String(parts[1])) : nil
  }

  /// - Parameter environment: the variables that git runs with. For a submodule, those that name a repository are left out.
  package static func discover(
    from directory: BytePath, environment: [String: String], isSubmodule: Bool = false
  ) throws -> RepositoryLocation {
    let environment = isSubmodule ? GitProgram.unnamed(environment) : environment
    let git = GitProgram(in: directory, environment: environment)
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
      // A path contains a newline, so each is asked for separately.
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
    let isNamed = !isSubmodule && isNamed(gitDirectory, worktree, environment)
    return RepositoryLocation(
      worktree: worktree, gitDirectory: gitDirectory, commonDirectory: common, isSubmodule: isSubmodule,
      places: [gitDirectory, common], own: OwnPlaces([gitDirectory, common], in: worktree),
      isNamed: isNamed, environment: isNamed ? naming(gitDirectory, worktree, in: environment) : environment)
  }

  private static func isNamed(
    _ gitDirectory: BytePath, _ worktree: BytePath, _ environment: [String: String]
  ) -> Bool {
    if environment["GIT_DIR"] != nil || environment["GIT_WORK_TREE"] != nil { return true }
    let inner = worktree.appending(".git")
    return inner != gitDirectory && (try? FileTree.canonical(inner)) != gitDirectory
      && NestedRepository.gitDirectories(of: worktree).first != gitDirectory
  }

  /// The variables that name the repository for programs that are started in any directory.
  private static func naming(
    _ gitDirectory: BytePath, _ worktree: BytePath, in environment: [String: String]
  ) -> [String: String] {
    // A path that is not UTF-8 is named by git's options only.
    guard let gitDirectory = gitDirectory.exactText, let worktree = worktree.exactText else {
      return environment
    }
    return environment.merging(["GIT_DIR": gitDirectory, "GIT_WORK_TREE": worktree]) { $1 }
  }
}
