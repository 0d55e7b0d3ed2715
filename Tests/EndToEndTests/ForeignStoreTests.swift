// A store that others wrote makes no command write, remove or run anything that is no part of a checkpoint.

import FileSystem
import TestSupport
import Testing

@Suite("Stores that others wrote")
struct ForeignStoreTests {
  @Test(
    "kept files are written only into the working tree, and never into git's directory",
    arguments: [".git/hooks/post-checkout", "../outside/victim", "./.env", "sub//x", "sub/.git/config", ""])
  func keptFiles(path: String) throws {
    let foreign = try ForeignStore()
    try foreign.replaceDocument { $0.replacing("\".env\"", with: "\"\(path)\"") }
    try foreign.expectRefused("rollback", "--yes", "full")
    try foreign.expectRefused("restore", "config", "full", "--yes")
    let verified = try foreign.scene.run("verify", "full")
    #expect(verified.code == 12, "\(verified)")
  }

  @Test("so are directories above them")
  func keptDirectories() throws {
    let foreign = try ForeignStore()
    try foreign.replaceDocument {
      $0.replacing("\"files\":", with: "\"directories\":[\"../outside\",511],\"files\":")
    }
    try foreign.expectRefused("rollback", "--yes", "full")
  }

  @Test(
    "only git's settings of line ends are taken from a checkpoint",
    arguments: [
      "{\"core.fsmonitor\":\"touch pwned; false\"}", "{\"filter.x.smudge\":\"touch pwned; cat\"}",
      "{\"core.eol\":\"lf\\ntouch pwned\"}",
    ])
  func settings(lineEnds: String) throws {
    let foreign = try ForeignStore()
    try foreign.setField("lineEnds", lineEnds)
    try foreign.scene.repository.git("rm", "-q", "--cached", "a.txt")
    try foreign.expectRefused("rollback", "--yes", "full")
    let verified = try foreign.scene.run("verify", "full")
    #expect(verified.code == 12 && verified.printed.contains("setting of line ends"), "\(verified)")
  }

  @Test(
    "names that git refuses in trees are not written",
    arguments: [
      ".git/hooks/post-checkout", ".GIT/hooks/post-checkout", "git~1/hooks/x", ".git /x", "../outside/victim",
      "./x", "d/.git/config",
    ])
  func names(path: String) throws {
    let foreign = try ForeignStore()
    try foreign.replaceState(worktree: foreign.tree(path))
    try foreign.expectRefused("rollback", "--yes", "full")
  }

  @Test("nor are names with a slash in them")
  func slash() throws {
    let foreign = try ForeignStore()
    let file = try foreign.blob("x\n")
    try foreign.replaceState(worktree: foreign.tree(("100644", "../outside/victim", file)))
    try foreign.expectRefused("rollback", "--yes", "full")
  }

  @Test("a release whose tree has such names is not restored")
  func release() throws {
    let foreign = try ForeignStore()
    let repository = foreign.scene.repository
    let tree = try BytePath(foreign.tree(".git/hooks/post-checkout"))
    let made = try repository.git("commit-tree", "-p", "HEAD", "-m", "release", tree)
    try repository.git("tag", "v1.0", BytePath(#require(made.lines.first)))
    try foreign.expectRefused("rollback", "--yes", "v1.0")
    try foreign.expectRefused("restore", "files", "--yes", "v1.0")
  }

  @Test(
    "an operation in progress consists of the files that git has for it",
    arguments: [
      "config", "hooks/post-checkout", "../../outside/victim", "rebase-merge/../config", "MERGE_HEAD/x",
    ])
  func operation(path: String) throws {
    let foreign = try ForeignStore()
    try foreign.replaceState(operation: foreign.tree(path, "[core]\n\tfsmonitor = touch pwned\n"))
    try foreign.expectRefused("rollback", "--yes", "full")
    #expect(try !foreign.scene.repository.read(".git/config").contains("fsmonitor"))
  }

  @Test(
    "and of refs of its own",
    arguments: [
      "refs/heads/main", "refs/bisect/../heads/main", "refs/bisect/x\\u0000\\u0000delete refs/heads/main",
    ])
  func operationRefs(ref: String) throws {
    let foreign = try ForeignStore()
    let head = try #require(try foreign.scene.repository.git("rev-parse", "HEAD").lines.first)
    try foreign.setField("operationRefs", "{\"\(ref)\":\"\(head)\"}")
    try foreign.expectRefused("rollback", "--yes", "full")
  }

  @Test(
    "directories, permissions and flags are those of the working tree",
    arguments: [
      ("bareDirectories", "[\"../outside/made\"]"), ("bareDirectories", "[\".git/hooks/made\"]"),
      ("directories", "{\"common\":493,\"exceptions\":[\"../outside\",448]}"),
      ("files", "{\"common\":420,\"exceptions\":[\"../outside/victim\",511]}"),
      ("raw", "[{\"path\":\"../outside/victim\",\"permissions\":493}]"),
      ("skipWorktree", "[\"../outside/victim\"]"), ("untracked", "[\"../outside/victim\"]"),
    ])
  func places(field: String, value: String) throws {
    let foreign = try ForeignStore()
    try foreign.setField(field, value)
    try foreign.expectRefused("rollback", "--yes", "full")
  }

  @Test("objects that refs/replace has in the place of recorded ones do not come back")
  func replaced() throws {
    let foreign = try ForeignStore()
    let repository = foreign.scene.repository
    let before = try foreign.scene.take("custom", "before")
    let recorded = try #require(try repository.git("hash-object", "-w", "a.txt").lines.first)
    let indexed = try #require(try repository.git("rev-parse", ":a.txt").lines.first)
    for id in [recorded, indexed] {
      try repository.git("replace", id, BytePath(foreign.blob("evil\n")))
    }
    try repository.write("a.txt", "other\n")
    try foreign.scene.checkpoint("rollback", "--yes", before)
    #expect(try repository.read("a.txt") == "changed\n")
    try repository.git("add", ".")
    try foreign.scene.checkpoint("rollback", "--yes", "full")
    #expect(try repository.read("a.txt") == "one\n")
  }

  @Test("submodules are in the working tree, and not reached through links")
  func submodules() throws {
    for path in ["../victimrepo", "led/victimrepo"] {
      let scene = try Scene.small()
      let (top, directory) = (scene.repository.top, scene.directory.path)
      let git = scene.program.git
      for name: BytePath in ["library", "victimrepo"] {
        _ = try git(["init", "-q", "-b", "main", name], directory, [0])
        try TemporaryDirectory.write(directory.appending(name).appending("s"), Array("work\n".utf8))
        _ = try git(["add", "."], directory.appending(name), [0])
        _ = try git(
          ["-c", "user.name=D", "-c", "user.email=d@example.org", "commit", "-q", "-m", "s"],
          directory.appending(name), [0])
      }
      _ = try git(
        [
          "-c", "protocol.file.allow=always", "submodule", "add", "-q", directory.appending("library"), "sub",
        ], top, [0])
      try scene.repository.link("led", to: "..")
      try scene.repository.commit("Submodule")
      try scene.repository.write("sub/s", "changed\n")
      let id = try scene.take("full", "--recurse-submodules")
      _ = try git(
        ["push", "-q", directory.appending("victimrepo"), "refs/checkpoints/*:refs/checkpoints/*"],
        top.appending("sub"), [0])
      try ForeignStore.edit(scene.store.appending("manifests/\(id).json")) {
        $0.replacing("\"path\" : \"sub\"", with: "\"path\" : \"\(path)\"")
      }
      let result = try scene.run("rollback", "--yes", "full")
      #expect(result.code == 1, "\(result)")
      #expect(try FileTree.readAll(directory.appending("victimrepo/s")) == Array("work\n".utf8))
    }
  }
}
