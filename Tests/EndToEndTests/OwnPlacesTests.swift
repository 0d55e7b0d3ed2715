// Git's directories and the store inside the working tree, under any name: they are never recorded and never restored.

import FileSystem
import TestSupport
import Testing

/// How a repository can have its git directory elsewhere than in `.git`.
enum GitPlace: CaseIterable {
  case environment, relativeEnvironment, coreWorktree, separate, link, storeInside, storeBehindLink
}

/// A home directory of which git records some files.
struct PlacedRepository {
  let directory: EndToEndDirectory
  let top: BytePath
  let gitDirectory: BytePath
  private(set) var program: CheckpointProgram

  init(_ place: GitPlace) throws {
    directory = try EndToEndDirectory()
    top = directory.path.appending("home dir")
    program = CheckpointProgram(home: directory.path.appending("user"), directory: top)
    try FileTree.makeDirectories(program.home, mode: 0o700)
    try FileTree.makeDirectories(top.appending("sub"), mode: 0o755)
    try SystemFileOperations().replaceFile(
      program.home.appending(".gitconfig"),
      with: Array("[user]\nname = D\nemail = d@example.org\n[checkpoint]\nbackground = false\n".utf8))
    var name: BytePath = ".cfg"
    switch place {
    case .environment, .relativeEnvironment, .coreWorktree:
      try program.git(["init", "-q", "-b", "main", "--bare", ".cfg"], in: top)
    case .separate:
      name = "conf/git"
      try FileTree.makeDirectories(top.appending("conf"), mode: 0o755)
      try program.git(["init", "-q", "-b", "main", "--separate-git-dir", "conf/git", "."], in: top)
    case .link:
      try program.git(["init", "-q", "-b", "main"], in: top)
      try SystemFileOperations().rename(top.appending(".git"), to: top.appending(".cfg"))
      try FileTree.makeLink(top.appending(".git"), to: ".cfg")
    case .storeInside, .storeBehindLink:
      name = ".git"
      try program.git(["init", "-q", "-b", "main"], in: top)
    }
    gitDirectory = top.appending(name)
    switch place {
    case .environment:
      program.environment = ["GIT_DIR": "\(gitDirectory)", "GIT_WORK_TREE": "\(top)"]
    case .relativeEnvironment:
      program.environment = ["GIT_DIR": "../.cfg", "GIT_WORK_TREE": ".."]
      program.directory = top.appending("sub")
    case .coreWorktree:
      try program.git(["config", "core.bare", "false"], in: gitDirectory)
      try program.git(["config", "core.worktree", top], in: gitDirectory)
      program.directory = gitDirectory
    case .storeInside: try git("config", "checkpoint.store", "state/store")
    case .storeBehindLink:
      try FileTree.makeDirectories(top.appending("real"), mode: 0o755)
      try FileTree.makeLink(top.appending("led"), to: "real")
      try git("config", "checkpoint.store", "led/store")
    case .separate, .link: break
    }
  }

  @discardableResult
  func git(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
    try program.git(arguments)
  }

  /// Git for another repository inside.
  @discardableResult
  func git(_ arguments: [BytePath], in directory: BytePath) throws -> ProgramResult {
    var program = program
    program.environment = [:]
    return try program.git(arguments, in: top.appending(directory))
  }

  @discardableResult
  func checkpoint(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
    try program.run(arguments).succeeded()
  }

  func write(_ path: BytePath, _ text: String) throws {
    try TemporaryDirectory.write(top.appending(path), Array(text.utf8))
  }

  func read(_ path: BytePath) throws -> String? {
    FileTree.exists(top.appending(path))
      ? String(decoding: try FileTree.readAll(top.appending(path)), as: UTF8.self) : nil
  }

  func commit(_ message: BytePath, _ paths: BytePath...) throws {
    for path in paths { try git("add", BytePath(":/".utf8 + path.bytes)) }
    try git("commit", "-q", "-m", message)
  }

  func take(_ arguments: any BytePathConvertible...) throws -> BytePath {
    BytePath(try program.run(["custom", "base"] + arguments).succeeded().line)
  }

  /// Files and directories that a checkpoint's state holds.
  func recorded(_ id: BytePath) throws -> [String] {
    let state = BytePath("refs/checkpoints/".utf8 + id.bytes + "/state:".utf8)
    let metadata = try git("cat-file", "blob", BytePath(state.bytes + "state.json".utf8)).text
    return try git("ls-tree", "-r", "--name-only", "--full-tree", BytePath(state.bytes + "worktree".utf8))
      .lines
      + [metadata]
  }
}

@Suite("Git's own places and ours")
struct OwnPlacesTests {
  @Test(
    "wherever git's directory or the store lies in the working tree, it is neither recorded nor restored",
    arguments: GitPlace.allCases)
  func staysOut(place: GitPlace) throws {
    let home = try PlacedRepository(place)
    try home.write(".rc", "one\n")
    try home.commit("one", ".rc")
    try home.write("thesis", "text\n")
    let id = try home.take()
    let recorded = try home.recorded(id)
    #expect(recorded.contains("thesis") && recorded.contains(".rc"))
    let own = [".cfg/", "conf/git/", "state/store", "real/store", "objects", "checkpoints"]
    #expect(!recorded.contains { line in own.contains { line.contains($0) } }, "\(recorded)")

    try home.write(".rc", "two\n")
    try home.commit("two", ".rc")
    try FileTree.remove(home.top.appending("thesis"))
    let two = try home.git("rev-parse", "main").text
    try home.checkpoint("restore", "files", id, ":/", "--yes")
    #expect(try home.read(".rc") == "one\n")
    #expect(try home.git("rev-parse", "main").text == two)
    try home.checkpoint("rollback", "--yes", "--branch", id)
    #expect(try home.git("log", "-1", "--format=%s", "main").text == "one\n")
    #expect(try home.read("thesis") == "text\n")
    try home.checkpoint("undo", "--yes")
    #expect(try home.git("rev-parse", "main").text == two)
    #expect(try home.git("fsck", "--no-dangling").printed.contains("missing") == false)
    try home.checkpoint("verify", "--all")
  }

  @Test("a checkpoint of an earlier version that recorded git's own files does not write them back")
  func recordedEarlier() throws {
    let home = try PlacedRepository(.separate)
    try home.write(".rc", "one\n")
    try home.commit("one", ".rc")
    // While nothing says that it is ours, a directory of that name is work.
    try home.write("later/HEAD", "not git's\n")
    let id = try home.take()
    try SystemFileOperations().rename(home.gitDirectory, to: home.top.appending("moved"))
    try FileTree.remove(home.top.appending("later"))
    try SystemFileOperations().rename(home.top.appending("moved"), to: home.top.appending("later"))
    try home.write(".git", "gitdir: later\n")
    let head = try home.read("later/HEAD")
    try home.write(".rc", "two\n")
    try home.checkpoint("rollback", "--yes", id)
    #expect(try home.read("later/HEAD") == head)
    #expect(try home.read(".rc") == "one\n")
  }

  @Test("the git directory of a nested repository, next to it in the working tree, is not work either")
  func nested() throws {
    let home = try PlacedRepository(.environment)
    try home.write(".rc", "one\n")
    try home.commit("one", ".rc")
    try FileTree.makeDirectories(home.top.appending("module"), mode: 0o755)
    try FileTree.makeDirectories(home.top.appending("modules"), mode: 0o755)
    try home.git(["init", "-q", "-b", "main", "--separate-git-dir", "../modules/of module"], in: "module")
    try home.git(["commit", "-q", "--allow-empty", "-m", "inner"], in: "module")
    for isSubmodule in [false, true] {
      if isSubmodule {
        try home.git("add", ":/module")
        try home.git("commit", "-q", "-m", "module")
      }
      let id = try home.take()
      let recorded = try home.recorded(id)
      #expect(!recorded.contains { $0.contains("modules/of module") }, "\(recorded)")
      try home.git(["commit", "-q", "--allow-empty", "-m", "later"], in: "module")
      try home.checkpoint("rollback", "--yes", id)
      let log = try home.git(["log", "--format=%s", "main"], in: "module").lines
      #expect(log.first == "later")
    }
  }

  @Test("files of git's directory that were committed by mistake stay as they are on disk")
  func committed() throws {
    let home = try PlacedRepository(.environment)
    try home.write(".rc", "one\n")
    try home.git("add", ":/.rc", ":/.cfg/description")
    try home.git("commit", "-q", "-m", "one")
    try home.write(".cfg/description", "changed\n")
    let id = try home.take()
    try home.write(".cfg/description", "changed again\n")
    try home.write(".rc", "two\n")
    try home.checkpoint("rollback", "--yes", id)
    #expect(try home.read(".cfg/description") == "changed again\n")
    #expect(try home.read(".rc") == "one\n")
  }
}

@Suite("Dotfiles")
struct DotfileTests {
  private func home(_ place: GitPlace = .environment) throws -> PlacedRepository {
    let home = try PlacedRepository(place)
    try home.git("config", "status.showUntrackedFiles", "no")
    try home.write(".rc", "one\n")
    try home.write("conf/a", "a\n")
    try home.commit("one", ".rc", "conf/a")
    try home.write("thesis", "text\n")
    try home.write("photos/deep/p", "p\n")
    try FileTree.makeDirectories(home.top.appending("empty/in/empty"), mode: 0o700)
    return home
  }

  @Test(
    "untracked files that git is set to hide are neither recorded nor touched",
    arguments: [GitPlace.environment, .coreWorktree, .separate])
  func hidden(place: GitPlace) throws {
    let home = try home(place)
    let result = try home.checkpoint("custom", "base")
    let id = BytePath(try result.line)
    #expect(result.printed.contains("clean; without untracked files (status.showUntrackedFiles)"))
    #expect(try home.recorded(id).dropLast() == [".rc", "conf/a"])
    try home.write("thesis", "more\n")
    try home.write("photos/later", "later\n")
    try FileTree.makeDirectories(home.top.appending("empty/later"), mode: 0o700)
    try home.write(".rc", "two\n")
    try home.checkpoint("rollback", "--yes", id)
    try home.checkpoint("undo", "--yes")
    #expect(try home.read(".rc") == "two\n")
    try home.checkpoint("undo", "--yes")
    #expect(try home.read(".rc") == "one\n")
    #expect(try home.read("thesis") == "more\n")
    #expect(try home.read("photos/deep/p") == "p\n" && home.read("photos/later") == "later\n")
    #expect(FileTree.exists(home.top.appending("empty/later")))
  }

  @Test("a file that was there unseen, and that git has now, stays; one that came later goes")
  func trackedLater() throws {
    let home = try home()
    let id = try home.take()
    try home.write("new", "new\n")
    try home.commit("two", "thesis", "new")
    try home.checkpoint("rollback", "--yes", id)
    #expect(try home.read("thesis") == "text\n")
    #expect(try home.read("new") == nil)
    try home.checkpoint("undo", "--yes")
    #expect(try home.read("thesis") == "text\n" && home.read("new") == "new\n")
  }

  @Test("a hidden file in the way of a recorded one comes back with undo")
  func inTheWay() throws {
    let home = try home()
    let id = try home.take()
    try home.git("rm", "-q", ":/conf/a")
    try home.git("commit", "-q", "-m", "two")
    try home.write("conf/a", "mine\n")
    try home.checkpoint("rollback", "--yes", id)
    #expect(try home.read("conf/a") == "a\n")
    try home.checkpoint("undo", "--yes")
    #expect(try home.read("conf/a") == "mine\n")
  }

  @Test("what was hidden stays when the setting is gone, and what was shown comes back when it is set")
  func changedSetting() throws {
    let home = try home()
    let hidden = try home.take()
    try home.git("config", "--unset", "status.showUntrackedFiles")
    let shown = try home.take()
    try home.checkpoint("rollback", "--yes", hidden)
    #expect(try home.read("thesis") == "text\n" && home.read("photos/deep/p") == "p\n")
    #expect(FileTree.exists(home.top.appending("empty/in/empty")))
    try home.git("config", "status.showUntrackedFiles", "no")
    try home.write("thesis", "worse\n")
    try home.write("photos/later", "later\n")
    try home.checkpoint("rollback", "--yes", shown)
    #expect(try home.read("thesis") == "text\n" && home.read("photos/later") == "later\n")
    try home.checkpoint("undo", "--yes")
    #expect(try home.read("thesis") == "worse\n")
  }
}
