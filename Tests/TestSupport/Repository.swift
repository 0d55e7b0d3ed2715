// A real git repository in a directory of its own. Its own configuration sets everything that a user's global
// configuration could change: names, signing, line ends, hooks, excludes, background work.

import FileSystem
import Git
import Glibc

package final class Repository: Sendable {
  package let directory: TemporaryDirectory
  package let worktree: BytePath

  /// - Parameter arguments: more for `git init`, such as `--object-format=sha256`.
  package init(_ arguments: [BytePath] = []) throws {
    _ = BrokenPipes.areIgnored
    directory = try TemporaryDirectory()
    worktree = directory.appending("project")
    try FileTree.makeDirectories(worktree, mode: 0o755)
    try git(["init", "--quiet", "--initial-branch=main", "--template="] + arguments)
    try Self.append(to: path(".git/config"))
  }

  /// Takes a directory that git has already made: a clone, a linked worktree.
  package init(adopting worktree: BytePath, in directory: TemporaryDirectory) {
    (self.directory, self.worktree) = (directory, worktree)
  }

  package static func configure(_ worktree: BytePath) throws {
    let common = try run(["rev-parse", "--path-format=absolute", "--git-common-dir"], in: worktree)
    try append(to: BytePath(common.dropLast()).appending("config"))
  }

  /// By hand, because `git config` takes one value at a time, and every test needs them.
  private static func append(to file: BytePath) throws {
    try SystemFileOperations().write(
      Array(settings.utf8), to: OpenFile.open(file, flags: O_WRONLY | O_APPEND))
  }

  private static let settings = """
    [user]
    \tname = Test
    \temail = test@example.invalid
    [commit]
    \tgpgSign = false
    [tag]
    \tgpgSign = false
    [core]
    \tautocrlf = false
    \texcludesFile = /dev/null
    \tattributesFile = /dev/null
    \thooksPath = /dev/null
    \tfsmonitor = false
    [gc]
    \tauto = 0
    [maintenance]
    \tauto = false
    [protocol "file"]
    \tallow = always

    """

  @discardableResult
  private static func run(
    _ arguments: [BytePath], in directory: BytePath, input: [UInt8] = [], accepting: Set<Int32> = [0]
  ) throws -> [UInt8] {
    var process = Subprocess(["git"] + arguments, directory: directory)
    process.environment = ProcessEnvironment.variables.filter { !$0.key.hasPrefix("GIT_") }
    process.additions = [
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C", "GIT_EDITOR": "true",
      "GIT_AUTHOR_DATE": "2026-11-20T03:00:00Z", "GIT_COMMITTER_DATE": "2026-11-20T03:00:00Z",
    ]
    return try process.output(input: input, accepting: accepting)
  }

  /// Runs git in the working tree and returns the bytes that it printed.
  @discardableResult
  package func bytes(
    _ arguments: [BytePath], input: [UInt8] = [], accepting: Set<Int32> = [0]
  ) throws -> [UInt8] {
    try Self.run(arguments, in: worktree, input: input, accepting: accepting)
  }

  /// Runs git in the working tree and returns its output without white space at the end.
  @discardableResult
  package func git(
    _ arguments: [BytePath], input: [UInt8] = [], accepting: Set<Int32> = [0]
  ) throws -> String {
    var text = String(decoding: try bytes(arguments, input: input, accepting: accepting), as: UTF8.self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  @discardableResult
  package func git(_ arguments: BytePath..., accepting: Set<Int32> = [0]) throws -> String {
    try git(arguments, accepting: accepting)
  }

  // MARK: Files

  package func path(_ name: BytePath) -> BytePath { worktree.appending(name) }

  package func write(_ name: BytePath, _ text: String, permissions: UInt32 = 0o644) throws {
    try TemporaryDirectory.write(path(name), Array(text.utf8), permissions: permissions)
  }

  package func write(_ name: BytePath, bytes: [UInt8], permissions: UInt32 = 0o644) throws {
    try TemporaryDirectory.write(path(name), bytes, permissions: permissions)
  }

  package func read(_ name: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(path(name)), as: UTF8.self)
  }

  package func remove(_ name: BytePath) throws { try FileTree.remove(path(name)) }

  package func link(_ name: BytePath, to target: BytePath) throws {
    if let parent = path(name).parent { try FileTree.makeDirectories(parent, mode: 0o755) }
    try FileTree.makeLink(path(name), to: target)
  }

  /// Adds everything and commits it.
  @discardableResult
  package func commit(_ message: BytePath = "change") throws -> ObjectID {
    try git("add", "--all", ".")
    try git("commit", "--quiet", "--allow-empty", "--message", message)
    return try committed()
  }

  /// The commit that was just made. Its branch is a file then, which is read more quickly than git starts.
  private func committed() throws -> ObjectID {
    let reference = "ref: refs/heads/"
    guard let head = try? read(".git/HEAD"), head.hasPrefix(reference),
      let text = try? read(BytePath(".git/refs/heads/\(head.dropFirst(reference.count).dropLast())")),
      let id = ObjectID(String(text.dropLast()))
    else { return try id("HEAD") }
    return id
  }

  package struct NoSuchRevision: Error { package var revision: BytePath }

  package func id(_ revision: BytePath) throws -> ObjectID {
    guard let id = ObjectID(try git("rev-parse", "--verify", revision)) else {
      throw NoSuchRevision(revision: revision)
    }
    return id
  }

  // MARK: The module under test

  package func location() throws -> RepositoryLocation {
    try RepositoryLocation.discover(
      from: worktree, environment: ProcessEnvironment.variables)
  }

  package func database(files: any FileOperations = SystemFileOperations()) throws -> ObjectDatabase {
    try ObjectDatabase.open(location(), files: files)
  }

  // MARK: Comparing

  /// Everything in the working tree but the git directory: kind, mode and contents by path. Two snapshots
  /// are equal if the working trees cannot be distinguished.
  package func snapshot() throws -> [BytePath: String] {
    var found: [BytePath: String] = [:]
    try collect("", into: &found)
    return found
  }

  private func collect(_ directory: BytePath, into found: inout [BytePath: String]) throws {
    for name in try FileTree.list(worktree.appending(directory)) where name != ".git" {
      let relative = directory.appending(name)
      guard let status = try FileTree.status(path(relative)) else { continue }
      switch status.kind {
      case .directory:
        found[relative] = "directory \(String(status.permissions, radix: 8))"
        try collect(relative, into: &found)
      case .symbolicLink: found[relative] = "link \(try FileTree.readLink(path(relative)))"
      case .regular:
        let mode = String(status.permissions, radix: 8)
        found[relative] = "file \(mode) \(BytePath(try FileTree.readAll(path(relative))))"
      case .other: found[relative] = "other"
      }
    }
  }

  /// What the index holds, flags included, and what git says of the working tree.
  package func indexAndStatus() throws -> [String] {
    [
      try git("ls-files", "--stage", "-v", "-z"),
      try git("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"),
    ]
  }
}
