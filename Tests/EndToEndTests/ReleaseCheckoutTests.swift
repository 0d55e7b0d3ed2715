// Going back to a release's commit gives what `git checkout` of its tag gives, in repositories of every kind.

import FileSystem
import TestSupport
import Testing

@Suite("Release tags and checkouts")
struct ReleaseCheckoutTests {
  private let scene: Scene
  private var repository: SampleRepository { scene.repository }

  init() throws { scene = try Scene() }

  /// A release v1, and a commit after it that changes, removes and adds something of every kind.
  private func release() throws {
    try repository.fill()
    try repository.git("tag", "-a", "-m", "First", "v1")
    for name in ["src/part1.txt", "src/deep/er/file.txt", "crlf.txt"] as [BytePath] {
      try repository.write(name, "changed since\n")
    }
    for name in ["src/part2.txt", "link", "bin/run", "odd"] as [BytePath] { try repository.remove(name) }
    try repository.write("bin", "a file in a directory's place\n")
    try repository.write("later/file.txt", "later\n")
    try repository.write("README.md", "# Shop\n", mode: 0o755)
    try repository.commit("Since then")
  }

  /// Compares with git's own checkout, and takes it back.
  private func expectLikeCheckout(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let now = try scene.picture()
    try repository.git("checkout", "-q", "v1")
    let wanted = try scene.picture()
    try repository.git("checkout", "-q", "main")
    try scene.expect(now, sourceLocation: sourceLocation)
    try scene.checkpoint("rollback", "--yes", "v1")
    try scene.expect(wanted, sourceLocation: sourceLocation)
    #expect(try repository.git("status", "--porcelain").text == "", sourceLocation: sourceLocation)
    try scene.checkpoint("verify", "--all")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(now, sourceLocation: sourceLocation)
  }

  @Test("files, links, modes, and files and directories in each other's place")
  func files() throws {
    try release()
    try scene.checkpoint("init")
    try repository.commit("Set up")
    try expectLikeCheckout()
  }

  @Test("line ends and filters make the files, by the release's own attributes")
  func filters() throws {
    try repository.write(".gitattributes", "crlf.txt text eol=crlf\n*.up filter=upper\nlater.txt eol=crlf\n")
    try repository.git("config", "filter.upper.clean", "tr A-Z a-z")
    try repository.git("config", "filter.upper.smudge", "tr a-z A-Z")
    for name in ["one.up", "two.up"] as [BytePath] { try repository.write(name, "LOUD\n") }
    try repository.write("later.txt", "one\r\ntwo\r\n")
    try release()
    try repository.write(".gitattributes", "*.up filter=upper\n")
    try repository.write("one.up", "LOUDER\n")
    // Git's checkout looks only at the attributes of files that differ.
    try repository.write("later.txt", "one\ntwo\nthree\n")
    try repository.commit("Other attributes")
    try scene.checkpoint("init")
    try repository.commit("Set up")
    try expectLikeCheckout()
    try scene.checkpoint("rollback", "--yes", "v1")
    #expect(try repository.read("one.up") == "LOUD\n" && repository.read("later.txt") == "one\r\ntwo\r\n")
  }

  @Test(
    "a sparse checkout stays as narrow as it is, also for files that only the release has",
    arguments: [["--cone", "src"], ["--no-cone", "/src/", "/later/", "*.txt"], ["--sparse-index", "src"]])
  func sparse(patterns: [String]) throws {
    try repository.write("old/removed since.md", "removed since\n")
    try repository.write("src/old/removed since.md", "removed since\n")
    try release()
    try repository.git("rm", "-q", "-r", "old", "src/old")
    try repository.commit("Removed")
    try scene.checkpoint("init")
    try repository.commit("Set up")
    try scene.program.git((["sparse-checkout", "set"] + patterns).map { BytePath($0) })
    try expectLikeCheckout()
    try scene.checkpoint("rollback", "--yes", "v1")
    #expect(repository.exists("src/old/removed since.md") && !repository.exists("old"))
    #expect(try repository.git("ls-files", "-t", "old").text.hasPrefix("S "))
  }

  @Test("a linked worktree goes back by itself")
  func linkedWorktree() throws {
    try release()
    try scene.checkpoint("init")
    try repository.commit("Set up")
    let linked = scene.directory.path.appending("linked")
    try repository.git("worktree", "add", "-q", "-b", "side", linked)
    let other = SampleRepository(existingAt: linked, program: scene.program)
    try other.write("src/part1.txt", "work\n")
    let (main, before) = (try scene.picture(), try Picture.workTree(scene.program, at: linked))
    try scene.run("rollback", "--yes", "v1", in: linked).succeeded()
    #expect(try other.git("status", "--porcelain").text == "")
    #expect(try other.git("rev-parse", "HEAD").text == other.git("rev-parse", "v1^{commit}").text)
    #expect(try other.read("crlf.txt") == "one\r\ntwo\r\n")
    try scene.expect(main)
    try scene.run("undo", "--yes", in: linked).succeeded()
    try scene.expectNone(Picture.workTree(scene.program, at: linked).differences(since: before))
  }

  @Test("submodules are left to their owner, with a word about the commit that the release has")
  func submodules() throws {
    let source = try SampleRepository(at: scene.directory.path.appending("lib"), program: scene.program)
    try source.write("lib.txt", "first\n")
    try source.commit()
    let add: [BytePath] = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", source.top]
    try scene.program.git(add + ["lib"])
    try release()
    let commit = try repository.git("-C", "lib", "rev-parse", "HEAD").text
    let module = SampleRepository(existingAt: repository.top.appending("lib"), program: scene.program)
    try module.git("config", "user.name", "Dana")
    try module.git("config", "user.email", "d@example.org")
    try module.write("lib.txt", "second\n")
    try module.commit()
    try module.write("untracked.txt", "work\n")
    try scene.program.git(add + ["later lib"])
    try repository.commit("Two of them")
    try scene.checkpoint("init")
    let before = try scene.picture()
    let result = try scene.checkpoint("rollback", "--yes", "v1")
    #expect(result.printed.contains("the submodule lib had \(commit.prefix(8)) checked out"), "\(result)")
    #expect(try module.read("lib.txt") == "second\n" && module.exists("untracked.txt"))
    #expect(repository.exists("later lib/lib.txt"))
    let status = try repository.git("status", "--porcelain", "--ignore-submodules=untracked").lines
    #expect(status == [" M lib", "?? .checkpointconfig", "?? \"later lib/\""], "\(status)")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
  }
}
