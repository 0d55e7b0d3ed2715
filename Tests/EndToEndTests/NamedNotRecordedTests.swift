// What a checkpoint does not hold is said when it is taken, and shown later; and clones that lack objects of their
// history are not taken for damaged.

import FileSystem
import TestSupport
import Testing

@Suite("Named, not recorded")
struct NamedNotRecordedTests {
  @Test("untracked repositories and dirty submodules are named when a checkpoint is taken, and left alone")
  func repositoriesInside() throws {
    let scene = try Scene.small()
    let library = scene.directory.path.appending("library")
    let other = try SampleRepository(at: library, program: scene.program)
    try other.write("inner.txt", "first\n")
    try other.commit("First")
    let allow: [BytePath] = ["-c", "protocol.file.allow=always"]
    try scene.program.git(allow + ["submodule", "-q", "add", library, "module"])
    try scene.program.git(["clone", "-q", library, "nested"])
    try scene.repository.git("add", ".gitmodules", "module")
    try scene.repository.git("commit", "-q", "-m", "A module")
    let clean = try scene.checkpoint("full")
    #expect(clean.errorText.contains("nested/ is a repository of its own and is not recorded"), "\(clean)")
    #expect(!clean.errorText.contains("submodule"), "\(clean)")
    try scene.repository.write("module/inner.txt", "changed\n")
    try scene.repository.write("nested/inner.txt", "changed\n")
    let id = try scene.checkpoint("full").line
    let json = try scene.run("full", "--json").succeeded().json()
    let warnings = (json["warnings"]?.array ?? []).compactMap(\.string)
    #expect(warnings.contains { $0.contains("module") && $0.contains("not recorded") }, "\(warnings)")
    #expect(warnings.contains { $0.contains("nested/") && $0.contains("not recorded") }, "\(warnings)")

    let before = try scene.picture()
    try scene.repository.write("a.txt", "broken\n")
    try scene.repository.git("rm", "-q", "--cached", "module")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    #expect(try scene.repository.read("module/inner.txt") == "changed\n")
    #expect(try scene.repository.read("nested/inner.txt") == "changed\n")
  }

  /// A partial clone of a repository with three commits, in place of the scene's own.
  private func partialClone(_ options: any BytePathConvertible...) throws -> (scene: Scene, objects: BytePath)
  {
    let scene = try Scene()
    let origin = scene.directory.path.appending("origin")
    let source = try SampleRepository(at: origin, program: scene.program)
    try source.git("config", "uploadpack.allowFilter", "true")
    try source.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for text in ["first", "second", "third"] {
      for name in ["a.txt", "dir/b.txt", "other/c.txt"] { try source.write(name, "\(text) \(name)\n") }
      try source.commit(text)
    }
    let top = scene.repository.top
    try FileTree.remove(top)
    let clone: [BytePath] = ["clone", "-q", "--filter=blob:none"]
    try scene.program.git(clone + options + [BytePath("file://\(origin)"), top], in: scene.directory.path)
    try scene.repository.git("config", "user.name", "Dana Doe")
    try scene.repository.git("config", "user.email", "dana@example.org")
    return (scene, top.appending(".git/objects/pack"))
  }

  @Test("a checkpoint and a rollback in a sparse partial clone fetch nothing and miss nothing")
  func sparsePartialClone() throws {
    let (scene, packs) = try partialClone("--sparse")
    try scene.repository.git("sparse-checkout", "set", "dir")
    try scene.repository.git("reset", "-q", "--hard", "HEAD~1")
    try scene.checkpoint("custom", "earlier")
    // Files outside of the checkout change without ever being here.
    try scene.repository.git("merge", "-q", "--ff-only", "origin/main")
    try scene.repository.write("dir/b.txt", "changed\n")
    let before = try scene.picture()
    let count = try FileTree.list(packs).count
    let id = try scene.take("full")
    try scene.repository.write("dir/b.txt", "broken\n")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    #expect(try FileTree.list(packs).count == count)
  }

  @Test("what a partial clone has never fetched is not damage")
  func verifyPartialClone() throws {
    let (scene, _) = try partialClone("--sparse")
    try scene.repository.git("sparse-checkout", "set", "dir")
    try scene.checkpoint("full")
    try scene.checkpoint("verify", "--all")
  }

  @Test("a rollback in a partial clone fetches what it lacks")
  func rollbackFetches() throws {
    let (scene, packs) = try partialClone()
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.write("a.txt", "broken\n")
    // The newest pack is the one with the contents that were fetched for the checkout.
    for name in try FileTree.list(packs) where !name.description.hasSuffix(".promisor") {
      let index = packs.appending(BytePath("\(name.description.prefix { $0 != "." }).idx"))
      guard FileTree.exists(index) else { continue }
      let objects = try scene.repository.git("verify-pack", "-v", index).text
      if objects.contains(" commit ") { continue }
      for suffix in ["idx", "pack", "promisor", "rev"] {
        try FileTree.remove(packs.appending(BytePath("\(name.description.prefix { $0 != "." }).\(suffix)")))
      }
    }
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }
}

@Suite("Paths beyond every limit")
struct EndlessPathTests {
  @Test("a file that git can reach, but no program by its whole path, is named, and the rest is recorded")
  func tooLong() throws {
    let scene = try Scene.small()
    let name = String(repeating: "d", count: 250)
    // One step at a time, as a program would that changes its directory: 18 of 251 bytes are more than PATH_MAX.
    let script = "for i in $(seq 18); do mkdir \(name) && cd -P \(name) || exit 1; done; echo deep > file"
    try Program.run(["sh", "-c", script], directory: scene.repository.top).succeeded()
    try scene.repository.write("a.txt", "changed\n")
    let result = try scene.run("full", "--no-database")
    #expect(result.code == 3 && result.errorText.contains("warning: not recorded: \(name)/"), "\(result)")
    let state = try #require(try scene.refs().first { $0.hasSuffix("/state") })
    #expect(try scene.repository.git("show", "\(state):worktree/a.txt").text == "changed\n")
    try Program.run(["rm", "-rf", scene.repository.top.appending("\(name)")]).succeeded()
  }
}
