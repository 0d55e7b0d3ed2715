// Submodules: their commits are named, their work is recorded if the user asks for it, and brought back.

import FileSystem
import TestSupport
import Testing

@Suite("Submodules")
struct SubmoduleTests {
  private let scene: Scene
  private let repository: SampleRepository
  private let module: SampleRepository

  /// A project with the submodule `lib`, which has the submodule `lib/deep`.
  init() throws {
    scene = try Scene.small()
    repository = scene.repository
    let origin = scene.directory.path
    for (name, inner) in [("deep", ""), ("lib", "deep")] {
      let source = try SampleRepository(at: origin.appending(name), program: scene.program)
      try source.write("\(name).txt", "first\n")
      try source.commit()
      if !inner.isEmpty {
        try source.git(
          "-c", "protocol.file.allow=always", "submodule", "add", "-q", origin.appending(inner), inner)
        try source.commit("With \(inner)")
      }
    }
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "-q", origin.appending("lib"), "lib")
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init", "--recursive")
    try repository.commit("With lib")
    module = SampleRepository(existingAt: repository.top.appending("lib"), program: scene.program)
    for path in ["lib", "lib/deep"] as [BytePath] {
      for (key, value) in [("user.name", "Dana"), ("user.email", "d@example.org")] as [(BytePath, BytePath)] {
        try scene.program.git(["config", key, value], in: repository.top.appending(path))
      }
    }
  }

  /// Everything in the project and in the submodules.
  private func pictures() throws -> [Picture] {
    try ["", "lib", "lib/deep"].map { path in
      // Branches that were made meanwhile stay.
      try Picture.workTree(scene.program, at: repository.top.appending(BytePath(path))).without(["branches"])
    }
  }

  private func expect(_ earlier: [Picture], sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (old, new) in zip(earlier, try pictures()) {
      try scene.expectNone(new.differences(since: old), sourceLocation: sourceLocation)
    }
  }

  private func work() throws {
    try module.write("lib.txt", "staged\n")
    try module.git("add", "lib.txt")
    try module.write("lib.txt", "in work\n", mode: 0o640)
    try module.write("new dir/untracked.txt", "untracked\n")
    try module.write("private.key", "secret\n", mode: 0o600)
    try module.write("deep/deep.txt", "in work, deep down\n")
    try FileTree.makeDirectories(module.top.appending("empty"), mode: 0o700)
  }

  private func scramble() throws {
    try module.git("checkout", "-q", "-f", "-b", "elsewhere")
    try module.write("later.txt", "later\n")
    try module.git("add", "later.txt")
    try module.git("commit", "-q", "-m", "Later")
    for path in ["new dir", "private.key", "empty"] as [BytePath] { try module.remove(path) }
    try module.write("deep/deep.txt", "broken\n")
    try module.write("deep/later.txt", "later\n")
    try repository.write("a.txt", "broken\n")
  }

  @Test("the work in submodules comes back with --recurse-submodules, and undo brings back what was replaced")
  func recursion() throws {
    try work()
    let before = try pictures()
    let result = try scene.checkpoint("custom", "all", "--no-database", "--recurse-submodules")
    #expect(!result.errorText.contains("not recorded"), "\(result)")
    try expect(before)
    try scramble()
    let scrambled = try pictures()
    try scene.checkpoint("rollback", "--yes", "all")
    try expect(before)
    try scene.checkpoint("verify", "--all")
    try scene.checkpoint("undo", "--yes")
    try expect(scrambled)
    try scene.checkpoint("undo", "--yes")
    try expect(before)
  }

  @Test("the setting asks for it always")
  func setting() throws {
    try work()
    try repository.git("config", "checkpoint.recurseSubmodules", "true")
    try scene.checkpoint("custom", "all", "--no-database")
    let json = try scene.run("show", "all", "--json").json()
    let paths = json["git"]?["submodules"]?.array?.compactMap { $0["path"]?.string }
    #expect(paths == ["lib", "lib/deep"])
  }

  @Test(
    "without it, changes in submodules are named, and the way to record them; a rollback leaves them alone")
  func named() throws {
    try work()
    let result = try scene.checkpoint("custom", "plain", "--no-database")
    #expect(result.errorText.contains("lib has changes of its own"), "\(result)")
    #expect(result.errorText.contains("--recurse-submodules"), "\(result)")
    try scramble()
    let scrambled = try pictures()
    let back = try scene.checkpoint("rollback", "--yes", "plain")
    #expect(back.printed.contains("git -C lib checkout"), "\(back)")
    let now = try pictures()
    #expect(now[1] == scrambled[1] && now[2] == scrambled[2])
    #expect(try repository.read("a.txt") == "one\n")
  }

  @Test("a submodule that is not checked out any more stops the rollback, and the hint helps")
  func missing() throws {
    try work()
    let before = try pictures()
    try scene.checkpoint("custom", "all", "--no-database", "--recurse-submodules")
    try repository.git("submodule", "deinit", "-q", "-f", "lib")
    let result = try scene.run("rollback", "--yes", "all")
    #expect(result.code == 1 && result.errorText.contains("git submodule update --init lib"), "\(result)")
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init", "--recursive", "lib")
    try scene.checkpoint("rollback", "--yes", "all")
    try expect(before)
  }

  @Test("what a rollback would lose in a submodule stops it before anything is touched")
  func obstruction() throws {
    try module.write("place", "untracked\n")
    try scene.checkpoint("custom", "all", "--no-database", "--recurse-submodules")
    try module.remove("place")
    try module.write(".gitignore", "*.cache\n")
    try module.write("place/some.cache", "ignored\n")
    try repository.write("a.txt", "changed\n")
    let before = try pictures()
    let result = try scene.run("rollback", "--yes", "all")
    #expect(result.code == 1 && result.errorText.contains("place/some.cache"), "\(result)")
    try expect(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }
}

extension SubmoduleTests {
  @Test(
    "what git's hooks have in their environment is about the project, not about its submodules",
    arguments: [true, false])
  func hooks(hasIndex: Bool) throws {
    try work()
    let before = try pictures()
    var program = scene.program
    program.environment["GIT_DIR"] = "\(repository.top.appending(".git"))"
    program.environment["GIT_WORK_TREE"] = "\(repository.top)"
    if hasIndex { program.environment["GIT_INDEX_FILE"] = "\(repository.top.appending(".git/index"))" }
    try program.run(["custom", "hooked", "--no-database", "--recurse-submodules"]).succeeded()
    try scramble()
    try scene.checkpoint("rollback", "--yes", "hooked")
    try expect(before)
  }

  @Test("a directory that became a submodule is not written into")
  func becameSubmodule() throws {
    try repository.write("later/inner", "the project's\n")
    try repository.commit("A directory")
    try scene.checkpoint("custom", "plain", "--no-database")
    try repository.git("rm", "-rq", "later")
    try repository.commit("Gone")
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "-q", scene.directory.path.appending("deep"),
      "later")
    try repository.commit("A submodule")
    try repository.write("later/inner", "the submodule's\n")
    let before = try pictures()
    let result = try scene.run("rollback", "--yes", "plain")
    #expect(result.code == 1 && result.errorText.contains("a repository of its own"), "\(result)")
    try expect(before)
  }

  @Test("verify looks at submodules: their refs, their objects, and whether they are there")
  func verified() throws {
    try work()
    let id = try scene.take("custom", "all", "--no-database", "--recurse-submodules")
    try scene.checkpoint("verify", "all")
    try module.git("update-ref", "-d", "refs/checkpoints/\(id)/state")
    let result = try scene.run("verify", "all")
    #expect(result.code == 12 && result.text.contains("missing in the submodule lib"), "\(result)")
    try repository.git("submodule", "deinit", "-q", "-f", "lib")
    #expect(try scene.run("verify", "all").text.contains("not checked out"))
  }

  @Test("a rehearsal names submodules, and is incomplete if the checkpoint holds work in them")
  func rehearsal() throws {
    try scene.checkpoint("custom", "plain")
    try scene.checkpoint("custom", "recorded", "--recurse-submodules")
    let before = try scene.picture()
    let plain = try scene.run("rehearse", "plain", "--json")
    #expect(plain.code == 0, "\(plain)")
    #expect(
      try plain.json()["limits"]?.array?.contains { $0.string?.hasPrefix("submodules lib:") == true } == true)
    let recorded = try scene.run("rehearse", "recorded", "--json")
    #expect(recorded.code == 3, "\(recorded)")
    #expect(
      try recorded.json()["notTried"]?.array?.first?.string?.hasPrefix("work in submodules: lib") == true)
    try scene.expect(before)
  }
}
