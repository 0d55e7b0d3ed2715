// Working copies in unusual states: no commit yet, a detached HEAD, linked worktrees, sparse checkouts, the
// program started from below, and the options that decide what a rollback touches.

import FileSystem
import TestSupport
import Testing

@Suite("Working copies")
struct WorkingCopyTests {
  @Test("a repository without a commit comes back")
  func unborn() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.write("staged.txt", "staged\n")
    try repository.git("add", "staged.txt")
    try repository.write("untracked.txt", "untracked\n", mode: 0o755)
    let before = try scene.picture()
    let id = try scene.take("custom", "nothing-yet")
    try scene.expect(before)
    try repository.git("rm", "-q", "-f", "--cached", "staged.txt")
    try repository.write("staged.txt", "broken\n")
    try repository.remove("untracked.txt")
    let broken = try scene.picture()

    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
    try scene.checkpoint("verify", "--all")

    // With commits made since, only --branch may take them away, and undo brings them back.
    try repository.commit("First")
    let committed = try scene.picture()
    let refused = try scene.run("rollback", "--yes", id)
    #expect(refused.code == 1 && refused.errorText.contains("--branch"), "\(refused)")
    try scene.expect(committed)
    try scene.checkpoint("rollback", "--yes", "--branch", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(committed)
  }

  @Test("a detached HEAD comes back detached")
  func detached() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.git("checkout", "-q", "--detach", "HEAD~1")
    try scene.repository.work(databaseURL: nil)
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.scramble()
    try scene.repository.git("checkout", "-q", "-f", "main")
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("--branch moves the recorded branch back, and undo moves it forward again")
  func branch() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.write("src/part1.txt", "in work\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.commit("Later")
    try scene.repository.git("checkout", "-q", "-b", "other")
    try scene.repository.commit("Later still")
    let after = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "--branch", id)
    try scene.expect(before, except: ["branches"])
    let head = try scene.repository.git("rev-parse", "HEAD").lines
    #expect(try scene.repository.git("rev-parse", "main").lines == head)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(after)
  }

  @Test("--keep-untracked leaves files that came later, and only those")
  func keepUntracked() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.write("untracked.txt", "as it was\n")
    let id = try scene.take("full")
    try scene.repository.write("untracked.txt", "changed\n")
    try scene.repository.write("later/new.txt", "came later\n")
    try scene.repository.write("src/part1.txt", "changed\n")
    try scene.checkpoint("rollback", "--yes", "--keep-untracked", id)
    #expect(try scene.repository.read("later/new.txt") == "came later\n")
    #expect(try scene.repository.read("untracked.txt") == "as it was\n")
    #expect(try scene.repository.read("src/part1.txt") == "part 1\nsecond line\nthird line\n")
    try scene.checkpoint("rollback", "--yes", id)
    #expect(!scene.repository.exists("later"))
  }

  @Test("a linked worktree has its own state in the shared store")
  func linkedWorktree() throws {
    let scene = try Scene()
    try scene.repository.fill()
    let linked = scene.directory.path.appending("linked")
    try scene.repository.git("worktree", "add", "-q", "-b", "side", linked)
    let other = SampleRepository(existingAt: linked, program: scene.program)
    try other.work(databaseURL: nil)
    let main = try scene.picture()
    let before = try Picture.workTree(scene.program, at: linked)
    let result = try scene.run("custom", "in-linked", in: linked)
    try result.succeeded()
    try other.scramble()
    let broken = try Picture.workTree(scene.program, at: linked)
    try scene.run("rollback", "--yes", "in-linked", in: linked).succeeded()
    try scene.expectNone(try Picture.workTree(scene.program, at: linked).differences(since: before))
    try scene.run("undo", "--yes", in: linked).succeeded()
    try scene.expectNone(try Picture.workTree(scene.program, at: linked).differences(since: broken))
    try scene.expect(main)
    #expect(try scene.checkpoint("list").text.contains("in-linked"))
    try scene.checkpoint("verify", "--all")
    try scene.repository.git("gc", "-q", "--prune=now")
    try scene.checkpoint("verify", "--all")
  }

  @Test("started from a subdirectory or with -C, it means the whole working copy")
  func subdirectory() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let before = try scene.picture()
    let below = scene.repository.top.appending("src/deep/er")
    try scene.run("custom", "below", in: below).succeeded()
    try scene.run("-C", scene.repository.top.appending("bin"), "custom", "by-option", in: "/").succeeded()
    try scene.repository.write("src/part1.txt", "broken\n")
    try scene.repository.write("README.md", "broken\n")
    try scene.run("rollback", "--yes", "below", in: below).succeeded()
    try scene.expect(before)
    // Paths are relative to the current directory.
    try scene.repository.write("src/part1.txt", "broken\n")
    try scene.repository.write("src/part2.txt", "broken\n")
    try scene.run(
      "restore", "files", "by-option", "part1.txt", "--yes", in: scene.repository.top.appending("src")
    )
    .succeeded()
    #expect(try scene.repository.read("src/part1.txt") == "staged, then changed again\n")
    #expect(try scene.repository.read("src/part2.txt") == "broken\n")
  }

  @Test("git checkpoint works through the program's other name")
  func asGitCommand() throws {
    let scene = try Scene.small()
    let directory = scene.directory.path.appending("bin")
    try FileTree.makeDirectories(directory, mode: 0o755)
    try FileTree.makeLink(directory.appending("git-checkpoint"), to: CheckpointProgram.binary)
    scene.program.environment["PATH"] = "\(directory):/usr/bin:/bin"
    let id = try scene.program.git(["checkpoint", "full", "--no-database"]).line
    #expect(try scene.program.git(["checkpoint", "list"]).text.contains(id))
  }

  @Test("a sparse checkout comes back sparse", arguments: [true, false])
  func sparse(_ isCone: Bool) throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    if isCone {
      try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "src")
    } else {
      try repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/odd/", "!/src/deep/")
    }
    try repository.write("src/part1.txt", "changed\n")
    try repository.write("src/part2.txt", "staged\n")
    try repository.git("add", "src/part2.txt")
    try repository.write("src/new.txt", "new\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.expect(before)
    try repository.git("reset", "-q", "--hard")
    try repository.remove("src/new.txt")
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
    try scene.checkpoint("verify", "--all")
  }

  @Test("settings per worktree do not stop it")
  func worktreeConfig() throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "core.repositoryformatversion", "1")
    try scene.repository.git("config", "extensions.worktreeConfig", "true")
    try scene.repository.git("config", "--worktree", "user.name", "Somebody Else")
    try scene.repository.write("a.txt", "changed\n")
    let before = try scene.picture()
    try scene.checkpoint("full")
    try scene.repository.write("a.txt", "broken\n")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expect(before)
  }

  @Test("filters, line ends and encodings come back byte for byte")
  func filters() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.git("config", "filter.upper.clean", "tr a-z A-Z")
    try repository.git("config", "filter.upper.smudge", "tr A-Z a-z")
    try repository.git("config", "core.autocrlf", "input")
    try repository.write(
      ".gitattributes",
      "*.up filter=upper\n*.crlf text eol=crlf\n*.id ident\n*.u16 working-tree-encoding=UTF-16LE\n")
    try repository.write("a.up", "lower\n")
    try repository.write("b.crlf", "one\r\ntwo\r\n")
    try repository.write("c.id", "$Id$\n")
    try repository.write("d.u16", Array("text\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    try repository.write("e.txt", "plain\n")
    try repository.commit("Filtered")
    // As git itself would write them: bytes that git calls clean need not be the same as before otherwise.
    for name in ["a.up", "b.crlf", "c.id", "d.u16", "e.txt"] { try repository.remove(name) }
    try repository.git("checkout", "-q", ".")
    #expect(try repository.read("c.id").hasPrefix("$Id: "))
    try repository.write("a.up", "Mixed Case\n")
    try repository.write("b.crlf", "one\ntwo\r\nthree\n")
    try repository.write("e.txt", "with\r\ncrlf\n")
    try repository.write("new.up", "New\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    for name in ["a.up", "b.crlf", "c.id", "d.u16", "e.txt", "new.up"] {
      try repository.remove(BytePath(name))
    }
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("a clean file whose bytes git would write otherwise is clean again after a rollback")
  func cleanButDifferent() throws {
    let scene = try Scene.small()
    try scene.repository.write(".gitattributes", "*.id ident\n*.crlf text eol=crlf\n")
    try scene.repository.write("c.id", "$Id$\n")
    try scene.repository.write("d.crlf", "one\ntwo\n")
    try scene.repository.commit("Filtered")
    let before = try scene.picture()
    try scene.checkpoint("full")
    try scene.repository.remove("c.id")
    try scene.repository.remove("d.crlf")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expect(before, except: ["files"])
    #expect(try scene.repository.git("diff", "--name-only").lines == [])
  }

  @Test("edits that a flag makes git ignore come back")
  func hiddenEdits() throws {
    let scene = try Scene.small()
    try scene.repository.write("local.conf", "shared\n")
    try scene.repository.commit("Settings")
    try scene.repository.git("update-index", "--assume-unchanged", "local.conf")
    try scene.repository.git("update-index", "--skip-worktree", "a.txt")
    try scene.repository.write("local.conf", "mine\n")
    try scene.repository.write("a.txt", "mine, too\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.write("local.conf", "broken\n")
    try scene.repository.write("a.txt", "broken\n")
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("the store lies elsewhere when checkpoint.store says so, and git ignores it there")
  func storeElsewhere() throws {
    let scene = try Scene.small()
    let outside = scene.directory.path.appending("store")
    try scene.repository.git("config", "checkpoint.store", outside)
    try scene.repository.write("a.txt", "changed\n")
    let before = try scene.picture()
    let id = try scene.take("full")
    #expect(FileTree.exists(outside.appending("manifests/\(id).json")))
    #expect(!FileTree.exists(scene.store))
    try scene.repository.git("config", "checkpoint.store", "backups")
    let inside = try scene.take("full")
    #expect(scene.repository.exists("backups/manifests/\(inside).json"))
    try scene.repository.write("a.txt", "broken\n")
    try scene.checkpoint("rollback", "--yes", BytePath(inside))
    #expect(scene.repository.exists("backups/manifests/\(inside).json"))
    #expect(try scene.repository.read("a.txt") == "changed\n")
    let status = try scene.picture().parts["status"] ?? []
    #expect(status.filter { !$0.hasPrefix("! backups") } == before.parts["status"])
  }

  @Test("a .git file that leads nowhere makes no repository of a directory, and a sound one does")
  func deadGitFile() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    try repository.write("vend/b", "b\n")
    try repository.commit("Vendor")
    try repository.write("vend/.git", "gitdir: ../.git/modules/vend\n")
    try repository.write("vend/new", "untracked\n")
    let before = try scene.picture()
    try scene.checkpoint("custom", "base", "--no-database")
    try repository.write("vend/b", "changed\n")
    try repository.remove("vend/new")
    try scene.checkpoint("rollback", "--yes", "base")
    try scene.expect(before)
    #expect(try repository.read("vend/.git").hasPrefix("gitdir: "))
    // Once it leads somewhere, what is in there is not ours to change.
    try repository.git("init", "-q", "--bare", repository.top.appending(".git/modules/vend"))
    try repository.write("vend/b", "changed again\n")
    let refused = try scene.run("rollback", "--yes", "base")
    #expect(refused.code == 1 && refused.errorText.contains("a repository of its own"), "\(refused)")
  }

  @Test("files whose names git refuses come back like all others, and so does everything next to them")
  func refusedNames() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    let refused: [BytePath] = [
      "sub/git~1", "sub/.GIT", "sub/.git ", "sub/.git. .", "sub/.Git/deep", ".gi\u{200C}t",
    ]
    for name in refused + ["sub/git~2", "sub/.gitx", "sub/a.git"] { try repository.write(name, "\(name)\n") }
    try repository.link("sub/GIT~1", to: "nowhere")
    let before = try scene.picture()
    try scene.checkpoint("custom", "base", "--no-database")
    try repository.write("sub/.GIT", "changed\n")
    try repository.write("new/git~1", "new\n")
    for name in ["sub/git~1", "sub/GIT~1", "sub/git~2", "sub/.Git/deep"] as [BytePath] {
      try repository.remove(name)
    }
    let changed = try scene.picture()
    for (words, expected) in [(["rollback", "--yes", "base"], before), (["undo", "--yes"], changed)]
      as [([BytePath], Picture)]
    {
      try scene.program.run(words).succeeded()
      try scene.expect(expected)
    }
  }

  @Test("a file that is only intended to be added in the place of a link, and is gone, is so again")
  func intendedOverLink() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    try repository.link("data", to: "nowhere")
    try repository.commit("Link")
    try repository.git("rm", "-q", "--cached", "data")
    try repository.remove("data")
    try repository.write("data", "bytes\n")
    try repository.git("add", "-N", "data")
    try repository.remove("data")
    let before = try scene.picture()
    try scene.checkpoint("custom", "base", "--no-database")
    try repository.git("reset", "-q", "--hard")
    try scene.checkpoint("rollback", "--yes", "base")
    try scene.expect(before)
  }
}
