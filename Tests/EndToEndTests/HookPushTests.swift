// Pushes with the pre-push hook: what is a release gets a checkpoint first, and everything else goes through at once.

import FileSystem
import TestSupport
import Testing

@Suite("The hook before pushes")
struct HookPushTests {
  private let scene: Scene
  private let remote: BytePath

  init() throws {
    scene = try Scene.small()
    remote = scene.directory.path.appending("remote.git")
    try scene.repository.git("init", "-q", "--bare", remote)
    try scene.repository.git("remote", "add", "origin", remote)
    try scene.checkpoint("hooks", "install", "pre-push")
  }

  private func push(_ arguments: any BytePathConvertible..., code: Int32 = 0) throws -> ProgramResult {
    try scene.program.git(["push", "-q"] + arguments, accepting: [code])
  }

  private func ids() throws -> [String] { try scene.names(in: "manifests").map { String($0.dropLast(5)) } }

  @Test("branches and their deletion go through without a word")
  func ordinary() throws {
    #expect(try push("origin", "main").printed == "")
    #expect(try push("origin", "main:new").printed == "")
    #expect(try push("origin", "--delete", "new").printed == "")
    try scene.repository.git("tag", "w1")
    #expect(try push("origin", "w1").printed == "")
    #expect(try push("origin", "--delete", "w1").printed == "")
    #expect(try ids() == [])
  }

  @Test("a release tag gets a full checkpoint, once, and its deletion none")
  func tag() throws {
    try scene.repository.write("a.txt", "not yet committed\n")
    try scene.repository.git("tag", "v1.0")
    let result = try push("origin", "main", "v1.0")
    let id = try #require(try ids().first)
    #expect(result.errorText.contains("checkpoint: \(id), ") && id.hasPrefix("pre-release_20"), "\(result)")
    let shown = try scene.checkpoint("show", "--json").json()
    #expect(shown["kind"]?.string == "full" && shown["message"]?.string?.contains("the tag v1.0") == true)
    #expect(try scene.program.git(["tag"], in: remote).text == "v1.0\n")
    try scene.repository.git("tag", "v1.1")
    #expect(try push("origin", "v1.1").errorText.contains("unchanged since \(id)"))
    #expect(try push("origin", "--delete", "v1.1").printed == "")
    try scene.repository.git("config", "checkpoint.releaseTag", "r/*")
    try scene.repository.git("tag", "v1.2")
    #expect(try push("origin", "v1.2").printed == "")
    #expect(try ids() == [id])
  }

  @Test("a message that speaks of a release, and branches that are releases")
  func messages() throws {
    _ = try push("origin", "main")
    try scene.repository.write("a.txt", "two\n")
    try scene.repository.commit("Prepare the Release of today")
    try scene.repository.write("a.txt", "three\n")
    try scene.repository.commit("More")
    // A remote object that is not known here.
    let result = try push("origin", "main")
    #expect(result.errorText.contains("pre-release_"), "\(result)")
    #expect(try scene.checkpoint("show").printed.contains("“Prepare the Release of today”"))
    #expect(try ids().count == 1)
    // What is pushed already does not count again.
    #expect(try push("origin", "main:other").printed == "")
    try scene.repository.write("a.txt", "four\n")
    try scene.repository.git("config", "checkpoint.hooks.releaseBranch", "prod*")
    #expect(try push("origin", "main:production").errorText.contains("pre-release_"))
    #expect(try ids().count == 2)
    try scene.repository.git("config", "checkpoint.hooks.releaseMessage", "")
    try scene.repository.commit("release release")
    #expect(try push("origin", "main").printed == "")
  }

  @Test("commits that only the remote has are no obstacle")
  func foreign() throws {
    _ = try push("origin", "main")
    let clone = scene.directory.path.appending("clone")
    try scene.repository.git("clone", "-q", "-b", "main", remote, clone)
    for word in ["user.name", "user.email"] {
      try scene.program.git(["config", BytePath(word), "x"], in: clone)
    }
    try scene.program.git(["commit", "-q", "--allow-empty", "-m", "theirs"], in: clone)
    try scene.program.git(["push", "-q", "origin", "HEAD:main"], in: clone)
    try scene.repository.write("a.txt", "ours\n")
    try scene.repository.commit("ours")
    #expect(try push("--force", "origin", "main").printed == "")
    #expect(try ids() == [])
  }

  @Test("recorded work stays at home, also if the line of a framework is all that runs")
  func records() throws {
    try scene.checkpoint("full", "--no-database")
    #expect(try push("--mirror", "origin", code: 1).errorText.contains("nothing was pushed"))
    // Under whatever name.
    #expect(
      try push("origin", "refs/checkpoints/*:refs/backup/*", code: 1).errorText.contains("nothing was pushed")
    )
    let state = try #require(try scene.refs().first { $0.hasSuffix("/state") })
    #expect(try push("origin", "\(state):refs/tags/w1", code: 1).errorText.contains("nothing was pushed"))
    #expect(try scene.program.git(["for-each-ref"], in: remote).text == "")
    let line = "refs/checkpoints/x/state \(String(repeating: "1", count: 40)) refs/checkpoints/x/state 0\n"
    let words: [BytePath] = [CheckpointProgram.binary, "hooks", "run", "pre-push", "--", "origin", "url"]
    let result = try Program.run(
      words, environment: ["HOME": "\(scene.program.home)"], directory: scene.repository.top,
      input: Array(line.utf8))
    #expect(result.code == 1 && result.errorText.contains("nothing was pushed"), "\(result)")
    try scene.repository.git("config", "checkpoint.push", "true")
    _ = try push("--mirror", "origin")
  }

  @Test("thousands of refs, and expressions in the place of refs")
  func many() throws {
    let head = try scene.repository.git("rev-parse", "HEAD").text.dropLast()
    let refs = (1...3000).map { "create refs/heads/branch-\($0) \(head)\n" }.joined()
    _ = try Program.run(
      ["git", "update-ref", "--stdin"], environment: ["HOME": "\(scene.program.home)"],
      directory: scene.repository.top, input: Array(refs.utf8)
    ).succeeded()
    #expect(try push("--all", "origin").printed == "")
    #expect(try push("origin", "HEAD^{}:refs/heads/x", ":/First:refs/heads/y").printed == "")
    try scene.repository.git("tag", "v5")
    #expect(try push("origin", "--tags").errorText.contains("pre-release_"))
  }

  @Test("old commits that spoke of a release make no push to another place one")
  func elsewhere() throws {
    try scene.repository.write("a.txt", "old\n")
    try scene.repository.commit("Release notes of long ago")
    try scene.repository.write("a.txt", "new\n")
    try scene.repository.commit("Something else")
    let other = scene.directory.path.appending("other.git")
    try scene.repository.git("init", "-q", "--bare", other)
    #expect(try push(other, "HEAD:refs/heads/feature").printed == "")
  }

  @Test("git describe names the release, not its checkpoint")
  func describe() throws {
    try scene.repository.git("tag", "-a", "-m", "release", "v6")
    _ = try push("origin", "v6")
    #expect(try scene.repository.git("describe").text == "v6\n")
  }

  @Test("git's own output stays as it is for tools that read it")
  func porcelain() throws {
    try scene.repository.git("tag", "v2")
    let result = try scene.program.git(["push", "--porcelain", "origin", "main", "v2"])
    #expect(result.lines.first == "To \(remote)" && result.lines.last == "Done", "\(result)")
    #expect(!result.text.contains("checkpoint"))
  }

  @Test("with failure = block a release without a checkpoint does not go out")
  func blocked() throws {
    try scene.repository.git("config", "checkpoint.hooks.pre-push.failure", "block")
    try scene.repository.git("tag", "v3")
    try scene.repository.write(".env", "DATABASE_URL=postgresql://x@127.0.0.1:1/y\n")
    let result = try push("origin", "v3", code: 1)
    #expect(result.errorText.contains("CHECKPOINT=0 git push"), "\(result)")
    #expect(try scene.program.git(["tag"], in: remote).text == "")
    var program = scene.program
    program.environment["CHECKPOINT"] = "0"
    try program.git(["push", "-q", "origin", "v3"])
    #expect(try scene.program.git(["tag"], in: remote).text == "v3\n")
  }
}
