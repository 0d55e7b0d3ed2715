// Settings wherever git itself finds them, owners that git does not trust, and how often git is asked.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Git's settings and rules")
struct GitSettingsTests {
  // MARK: Where settings come from

  /// A place where people put settings.
  enum Place: CaseIterable {
    case local, global, environmentFile, environmentVariables, includeByDirectory, includeByBranch,
      includeByRemote
    case worktree
  }

  private func set(_ key: String, _ value: String, at place: Place, _ scene: Scene) throws {
    let dot = try #require(key.firstIndex(of: "."))
    let section = "[\(key[..<dot])]\n\t\(key[key.index(after: dot)...]) = \(value)\n"
    let file = scene.directory.path.appending("settings")
    func include(_ condition: String) throws {
      let text = "[includeIf \"\(condition)\"]\n\tpath = \(file)\n"
      try TemporaryDirectory.write(scene.program.home.appending(".gitconfig"), Array(text.utf8))
    }
    switch place {
    case .local: try scene.repository.git("config", key, value)
    case .global: try scene.program.git(["config", "--global", key, value].map { BytePath($0) })
    case .environmentFile: scene.program.environment["GIT_CONFIG_GLOBAL"] = file.description
    case .environmentVariables:
      scene.program.environment.merge(
        ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": value]) { _, new in new }
    case .includeByDirectory: try include("gitdir:\(scene.directory.path)/")
    case .includeByBranch: try include("onbranch:main")
    case .includeByRemote:
      try scene.repository.git("remote", "add", "origin", "https://example.org/shop.git")
      try include("hasconfig:remote.*.url:https://example.org/**")
    case .worktree:
      try scene.repository.git("config", "extensions.worktreeConfig", "true")
      try scene.repository.git("config", "--worktree", key, value)
    }
    try TemporaryDirectory.write(file, Array(section.utf8))
  }

  @Test("checkpoint's own settings are found wherever git finds settings", arguments: Place.allCases)
  func ownSettings(place: Place) throws {
    let scene = try Scene.small()
    try set("checkpoint.exclude", "*.bin", at: place, scene)
    try scene.repository.write("left.bin", "left out\n")
    try scene.repository.write("taken.txt", "taken\n")
    let id = try scene.take("full")
    let tree = try scene.repository.git("ls-tree", "--name-only", "refs/checkpoints/\(id)/state:worktree")
    #expect(tree.lines.contains("taken.txt") && !tree.lines.contains("left.bin"), "\(place)")
  }

  @Test("settings that change what git sees are respected from everywhere", arguments: Place.allCases)
  func gitSettings(place: Place) throws {
    let scene = try Scene.small()
    let ignored = scene.directory.path.appending("ignored")
    try TemporaryDirectory.write(ignored, Array("*.o\n".utf8))
    try set("core.excludesFile", ignored.description, at: place, scene)
    try scene.repository.write("a.o", "made again\n")
    try scene.repository.write("b.c", "mine\n")
    let before = try scene.picture()
    try #require(before.parts["status"]?.contains("! a.o") == true)
    let id = try scene.take("full")
    let tree = try scene.repository.git("ls-tree", "--name-only", "refs/checkpoints/\(id)/state:worktree")
    #expect(tree.lines.contains("b.c") && !tree.lines.contains("a.o"), "\(place)")
    try scene.repository.write("b.c", "broken\n")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("line ends that are configured in an included file come back as git writes them")
  func includedLineEnds() throws {
    let scene = try Scene.small()
    try set("core.autocrlf", "true", at: .includeByBranch, scene)
    try scene.repository.remove("a.txt")
    try scene.program.git(["checkout", "-q", "--", "a.txt"])
    try #require(try scene.repository.read("a.txt") == "one\r\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.remove("a.txt")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  // MARK: Owners

  /// A repository that belongs to another user, and git's setting to trust it.
  private func foreign() throws -> Scene {
    let scene = try Scene.small()
    try Program.run(["chown", "-R", "12345:12345", scene.repository.top]).succeeded()
    return scene
  }

  /// Does what the error says.
  private func follow(_ result: ProgramResult, _ scene: Scene) throws {
    let hint = try #require(result.errorText.split(separator: "\n").first { $0.hasPrefix("hint: git ") })
    let words = hint.dropFirst("hint: git ".count).split(separator: " ").map { BytePath(String($0)) }
    try scene.program.git(words, in: "/")
  }

  @Test(
    "another user's repository is refused, and following the hint makes it usable",
    .enabled(if: geteuid() == 0, "only root can give files away"),
    arguments: ["full", "list", "rollback", "init"])
  func foreignOwner(command: String) throws {
    let scene = try foreign()
    let result = try scene.run(command)
    #expect(result.code == 10 && result.errorText.contains("it belongs to another user"), "\(result)")
    #expect(!FileTree.exists(scene.store))
    try follow(result, scene)
    try scene.checkpoint("full")
  }

  @Test("the hint is right from below the top as well")
  func foreignOwnerFromBelow() throws {
    let scene = try foreign()
    let below = scene.repository.top.appending("below")
    try FileTree.makeDirectories(below, mode: 0o755)
    let result = try scene.run("full", in: below)
    #expect(result.code == 10, "\(result)")
    try follow(result, scene)
    try scene.run("full", in: below).succeeded()
  }

  @Test(
    "trust that git sees and libgit2 does not is explained, and the hint helps", arguments: [true, false])
  func trustByAnotherWay(isInEnvironment: Bool) throws {
    let scene = try foreign()
    if isInEnvironment {
      scene.program.environment = [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
      ]
    } else {
      try scene.program.git(["config", "--global", "safe.directory", "*"], in: "/")
    }
    let result = try scene.run("full")
    if result.code == 0 { return }
    #expect(result.code == 10 && result.errorText.contains("it belongs to another user"), "\(result)")
    try follow(result, scene)
    try scene.checkpoint("full")
  }

  // MARK: How often git is asked

  /// Puts a git before the real one that notes what it is asked.
  private func listen(_ scene: Scene) throws -> BytePath {
    let (directory, log) = (scene.directory.path.appending("bin"), scene.directory.path.appending("log"))
    let script = "#!/bin/sh\necho \"$*\" >> \(log)\nPATH=/usr/local/bin:/usr/bin:/bin exec git \"$@\"\n"
    try TemporaryDirectory.write(directory.appending("git"), Array(script.utf8), permissions: 0o755)
    scene.program.environment["PATH"] = "\(directory):/usr/local/bin:/usr/bin:/bin"
    return log
  }

  @Test("a checkpoint asks for one status, and for nothing that writes the index or reads every file")
  func oneStatus() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let index = scene.repository.top.appending(".git/index")
    let before = try #require(try FileTree.status(index))
    let log = try listen(scene)
    try scene.checkpoint("full")
    let asked = String(decoding: try FileTree.readAll(log), as: UTF8.self).split(separator: "\n")
    func count(_ word: String) -> Int { asked.count { $0.split(separator: " ").contains(Substring(word)) } }
    #expect(count("status") == 1, "\(asked)")
    #expect(count("ls-files") <= 1 && asked.count < 10, "\(asked)")
    for word in [
      "add", "stash", "update-index", "write-tree", "read-tree", "checkout", "hash-object", "diff",
    ] {
      #expect(count(word) == 0, "\(asked)")
    }
    // The same file, not even written anew with the same contents.
    let after = try #require(try FileTree.status(index))
    #expect(after == before)
  }

  @Test("commands that need no repository do not even start git", arguments: ["--version", "--help"])
  func withoutGit(option: String) throws {
    let scene = try Scene.small()
    let log = try listen(scene)
    try scene.checkpoint(option)
    #expect(!FileTree.exists(log))
  }

  @Test("files get the line ends of the attributes that come back, although their objects are the same")
  func attributesOfEqualObjects() throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.git("config", "core.autocrlf", "input")
    try repository.write("sub/.gitattributes", "*.crlf text eol=crlf\n")
    try repository.write("sub/a.crlf", "one\r\ntwo\r\n")
    try repository.write("a.crlf", "one\n")
    try repository.commit("Line ends")
    let before = try scene.picture()
    let id = try scene.take("full")
    try repository.remove("sub/.gitattributes")
    try repository.write("sub/a.crlf", "one\ntwo\n")
    try repository.commit("Other line ends")
    let after = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "--branch", id)
    #expect(try repository.read("sub/a.crlf") == "one\r\ntwo\r\n")
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(after)
  }
}
