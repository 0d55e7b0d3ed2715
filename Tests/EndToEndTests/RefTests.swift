// What checkpoints leave in the repository: refs that survive everything that git does to clear up, that go along
// with those who want them, and that nobody sees who does not look for them.

import FileSystem
import TestSupport
import Testing

@Suite("Refs and objects")
struct RefTests {
  /// Work in progress in a working tree of a scene, and a checkpoint of it.
  private func take(_ scene: Scene, in top: BytePath) throws -> String {
    try scene.run("full", in: top).succeeded().line
  }

  private func expectSameTree(_ scene: Scene, _ clone: BytePath, _ id: String) throws {
    let state = BytePath("refs/checkpoints/\(id)/state")
    let options: [BytePath] = ["ls-tree", "-r", "-z", "--full-tree"]
    let here = try scene.program.git(options + [state]).output
    let there = try scene.program.git(options + [state], in: clone).output
    #expect(!here.isEmpty && here == there)
    try scene.program.git(["fsck", "--full", "--strict", "--no-dangling"], in: clone)
    // Not only the trees: every byte.
    func contents(_ repository: BytePath) throws -> [UInt8] {
      let script = "git ls-tree -r --object-only '\(state):worktree' | git cat-file --batch"
      return try Program.run(["sh", "-c", BytePath("cd '\(repository)' && \(script)")]).succeeded().output
    }
    #expect(try contents(scene.repository.top) == contents(clone))
  }

  @Test(
    "a checkpoint of a linked worktree survives the worktree's removal, and its files come back elsewhere")
  func worktreeRemoved() throws {
    let scene = try Scene()
    try scene.repository.fill()
    let linked = scene.directory.path.appending("linked")
    try scene.repository.git("worktree", "add", "-q", "-b", "side", linked)
    let other = SampleRepository(existingAt: linked, program: scene.program)
    try other.work(databaseURL: nil)
    let before = try Picture.workTree(scene.program, at: linked)
    let id = try take(scene, in: linked)
    // The commit, too, is known to the checkpoint only.
    try scene.repository.git("worktree", "remove", "--force", linked)
    try scene.repository.git("branch", "-D", "side")
    try scene.repository.git("checkout", "-q", "--orphan", "fresh")
    try scene.repository.git("rm", "-r", "-q", "-f", ".")
    try scene.repository.commit("Nothing of it")
    try scene.repository.git("branch", "-D", "main")
    try scene.repository.git("worktree", "prune", "--expire=now")
    try scene.repository.git("reflog", "expire", "--expire=now", "--all")
    try scene.repository.git("gc", "-q", "--prune=now", "--aggressive")
    try scene.checkpoint("verify", id)

    let empty = try scene.picture()
    try scene.checkpoint("restore", "files", id, "--yes")
    let files = try scene.picture().parts["files"] ?? []
    let wanted = before.parts["files"] ?? []
    try scene.expectNone(
      wanted.filter { !files.contains($0) && !$0.contains("build/") && !$0.contains(" .git ") })
    try scene.checkpoint("undo", "--yes")
    try scene.expect(empty)
    // All of it, HEAD and index included, in the main worktree.
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before, except: ["branch", "branches", "files", "status"])
  }

  @Test("git clone --mirror takes the checkpoints along, object for object")
  func mirror() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let id = try take(scene, in: scene.repository.top)
    let clone = scene.directory.path.appending("mirror.git")
    try scene.repository.git("clone", "-q", "--mirror", BytePath("file://\(scene.repository.top)"), clone)
    try expectSameTree(scene, clone, id)
    let refs = try scene.program.git(["for-each-ref", "--format=%(refname)", "refs/checkpoints"], in: clone)
    #expect(refs.lines == ["head", "state", "tag"].map { "refs/checkpoints/\(id)/\($0)" })
  }

  @Test("a clone has no checkpoints until it fetches them")
  func fetched() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let id = try take(scene, in: scene.repository.top)
    let clone = scene.directory.path.appending("clone")
    try scene.repository.git("clone", "-q", BytePath("file://\(scene.repository.top)"), clone)
    let state: BytePath = BytePath("refs/checkpoints/\(id)/state")
    #expect(
      try scene.program.git(["rev-parse", "-q", "--verify", state], in: clone, accepting: [1]).text == "")
    try scene.program.git(["fetch", "-q", "origin", "refs/checkpoints/*:refs/checkpoints/*"], in: clone)
    try expectSameTree(scene, clone, id)
    // They are neither branches nor remote branches there.
    #expect(try !scene.program.git(["branch", "-a"], in: clone).text.contains("checkpoint"))
    // And git gc does not take them for rubbish.
    try scene.program.git(["gc", "-q", "--prune=now", "--aggressive"], in: clone)
    try expectSameTree(scene, clone, id)
  }

  /// What git shows of the history to a user who does not look for checkpoints.
  private func view(_ scene: Scene) throws -> [[String]] {
    try [
      ["log", "--all", "--topo-order", "--format=%H %s"],
      ["log", "--all", "--graph", "--oneline", "--decorate=short"],
      ["branch", "-a", "-vv"], ["show-branch", "--all"], ["stash", "list"], ["reflog", "--all"],
      ["status", "--porcelain=v2", "--branch"],
    ].map { try scene.program.git($0).lines }
  }

  @Test("nothing of a checkpoint shows in logs, graphs, branches, stashes and status")
  func unseen() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.git("checkout", "-q", "-b", "side")
    try scene.repository.commit("On the side")
    try scene.repository.work(databaseURL: nil)
    let before = try view(scene)
    let files = try scene.picture()
    for _ in 0..<3 { try scene.checkpoint("incremental") }
    #expect(try scene.refs().count == 6)
    let id = try scene.take("custom", "milestone")
    #expect(try view(scene) == before)
    try scene.expect(files)
    #expect(try scene.repository.git("tag").lines == [])
    // Its name leads there all the same.
    let commit = try scene.repository.git("rev-parse", "checkpoints/\(id)/tag^{commit}").lines
    #expect(try commit == scene.repository.git("rev-parse", "HEAD").lines)
  }

  @Test("what makes a version of tags sees none of ours, and none is pushed along")
  func versions() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.git("tag", "-a", "-m", "Release", "v1.2.3")
    try scene.repository.commit("Later")
    func versions() throws -> [String] {
      try scene.repository.git("describe").lines
        + scene.repository.git("describe", "--tags", "--match", "*[0-9]*").lines
    }
    let before = try versions()
    for words in [["custom", "base"], ["full"], ["stage-01-start"]] as [[BytePath]] {
      try scene.program.run(words + ["--no-database"]).succeeded()
    }
    #expect(try versions() == before)
    let remote = scene.directory.path.appending("remote")
    try scene.repository.git("init", "-q", "--bare", remote)
    try scene.repository.git("push", "-q", "--follow-tags", remote, "HEAD:refs/heads/main")
    #expect(try scene.program.git(["tag"], in: remote).lines == ["v1.2.3"])
  }

  @Test(
    "tags that an earlier version put among the user's are hidden once, and stay if the settings want them")
  func hidden() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.git("config", "checkpoint.publicTags", "true")
    let id = try scene.take("custom", "old", "--no-database")
    try scene.repository.git("tag", "checkpoint/mine")
    #expect(try scene.repository.git("tag").lines == ["checkpoint/mine", "checkpoint/\(id)"])
    try scene.checkpoint("verify", id)
    try scene.repository.git("config", "--unset", "checkpoint.publicTags")
    let result = try scene.checkpoint("full", "--no-database")
    #expect(result.errorText.contains("1 tag checkpoint/… is out of the way"), "\(result)")
    #expect(try scene.repository.git("tag").lines == ["checkpoint/mine"])
    try scene.checkpoint("verify", "--all")
    let again = try scene.checkpoint("full", "--no-database")
    #expect(!again.errorText.contains("out of the way"), "\(again)")
    // What comes with the repository does not put them there.
    try scene.repository.write(".checkpointconfig", "[checkpoint]\n  publicTags = true\n")
    try scene.checkpoint("custom", "quiet", "--no-database")
    #expect(try scene.repository.git("tag").lines == ["checkpoint/mine"])
    try scene.checkpoint("delete", "--yes", id)
    #expect(try scene.refs().filter { $0.contains(id) } == [])
  }
}
