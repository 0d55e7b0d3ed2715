// A repository that a seed determines, in a directory of its own: how it is reached, and the changes of files
// that its maker and its scrambler are made of. Paths are relative to the top of the working tree.

import FileSystem
import Glibc
import TestSupport

final class FuzzRepository {
  let directory: EndToEndDirectory
  let ingredients: Set<Ingredient>
  let traps: Set<Trap>
  var random: SeededGenerator
  var program: CheckpointProgram
  /// HEAD and the index are here.
  var gitDirectory: BytePath
  /// Refs and settings are here.
  var commonDirectory: BytePath
  /// What was done, for the report of a failure.
  private(set) var steps: [String] = []

  var top: BytePath {
    get { program.directory }
    set { program.directory = newValue }
  }

  /// A directory next to the repository, into which links lead. Nothing may change it.
  var outside: BytePath { directory.path.appending("outside") }

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    ingredients = Ingredient.draw(using: &random)
    traps = Trap.draw(seed: seed, besides: ingredients)
    directory = try EndToEndDirectory()
    let home = directory.path.appending("home")
    program = CheckpointProgram(home: home, directory: directory.path.appending("repo"))
    gitDirectory = directory.path.appending("repo").appending(Self.place(traps))
    if traps.contains(.dotfiles) {
      program.environment = ["GIT_DIR": "\(gitDirectory)", "GIT_WORK_TREE": "\(program.directory)"]
    }
    commonDirectory = gitDirectory
    try FileTree.makeDirectories(home, mode: 0o700)
  }

  func has(_ ingredient: Ingredient) -> Bool { ingredients.contains(ingredient) }
  var hasForeignRepositories: Bool {
    !ingredients.isDisjoint(with: [.submodule, .movedSubmodule, .nestedRepository])
      || traps.contains(.deadGitFile)
  }

  /// Where an untracked repository inside this one may be.
  var foreignRepositories: [BytePath] { ["nested", "vendor/nested repo"] }

  func note(_ step: String) { steps.append(step) }

  // MARK: Git

  /// Runs git as a user would.
  /// - Parameter accepting: nil for any exit code, and even a crash: git 2.39 has some with a sparse index.
  @discardableResult
  func git(
    _ arguments: [BytePath], in directory: BytePath? = nil, input: [UInt8] = [],
    accepting: Set<Int32>? = [0], environment: [String: String] = [:]
  ) throws -> ProgramResult {
    let fixed = [
      "HOME": program.home.description, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true",
      "GIT_AUTHOR_DATE": "1790000000 +0000", "GIT_COMMITTER_DATE": "1790000000 +0000",
      "GIT_TERMINAL_PROMPT": "0",
    ].merging(program.environment) { _, new in new }
    let result = try Program.run(
      ["git"] + arguments, environment: fixed.merging(environment) { _, new in new },
      directory: directory ?? top, input: input)
    if result.signal != nil { try FileTree.remove(gitDirectory.appending("index.lock")) }
    guard let accepting else { return result }
    guard let code = result.code, accepting.contains(code) else { throw ProgramFailure("\(result)") }
    return result
  }

  /// Adds paths to the index, or takes those that are gone out of it, whatever git ignores.
  func stage(_ paths: [BytePath]) throws {
    if paths.isEmpty { return }
    try git(
      ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"],
      input: paths.flatMap { $0.bytes + [0] }
    )
  }

  // MARK: Files

  func full(_ path: BytePath) -> BytePath { top.appending(path) }

  func kind(_ path: BytePath) throws -> FileStatus.Kind? { try FileTree.status(full(path))?.kind }

  /// Removes what is at a path and what above it is no directory, and makes the directories above it.
  func makeRoom(for path: BytePath) throws {
    var parent: BytePath = ""
    for component in path.components.dropLast() {
      parent = parent.appending(component)
      if try kind(parent) != .directory {
        try FileTree.remove(full(parent))
        try FileTree.makeDirectories(full(parent), mode: 0o755)
      }
    }
    try FileTree.remove(full(path))
  }

  func write(_ path: BytePath, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
    try makeRoom(for: path)
    try SystemFileOperations().write(
      bytes, to: OpenFile.open(full(path), flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600))
    try FileTree.setPermissions(full(path), mode)
  }

  /// If links are switched off, git makes plain files instead.
  func link(_ path: BytePath, to target: BytePath) throws {
    if has(.noLinks) { return try write(path, target.bytes) }
    try makeRoom(for: path)
    try FileTree.makeLink(full(path), to: target)
  }

  func move(_ old: BytePath, to new: BytePath) throws {
    try makeRoom(for: new)
    if try kind(old) != nil { try SystemFileOperations().rename(full(old), to: full(new)) }
  }

  func remove(_ path: BytePath) throws { try FileTree.remove(full(path)) }

  /// Changes a file in place: the same inode.
  func overwrite(_ path: BytePath, _ bytes: [UInt8]) throws {
    let file = try OpenFile.open(full(path), flags: O_WRONLY | O_TRUNC)
    try SystemFileOperations().write(bytes, to: file)
  }

  func setModificationTime(_ path: BytePath, _ time: timespec) {
    let times = [time, time]
    _ = full(path).withCString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
  }

  // MARK: What is there

  struct Contents {
    var files: [BytePath] = []
    var links: [BytePath] = []
    var directories: [BytePath] = []
    var all: [BytePath] { files + links }
  }

  /// Everything but git's directory and repositories of their own, parents first.
  func contents() throws -> Contents {
    var found = Contents()
    try collect("", into: &found)
    return found
  }

  private func collect(_ directory: BytePath, into found: inout Contents) throws {
    for name in try FileTree.list(full(directory))
    where !(directory.isEmpty && ownNames.contains(name)) && name != ".git" {
      let path = directory.appending(name)
      switch try kind(path) {
      case .regular: found.files.append(path)
      case .symbolicLink: found.links.append(path)
      case .directory:
        if isForeign(path) { continue }
        found.directories.append(path)
        try collect(path, into: &found)
      case .other, nil: break
      }
    }
  }
}
