// Files that git calls clean, and of which a checkout would make other bytes: they come back with those that they had.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Clean files that a checkout would make otherwise")
struct CleanFilesTests {
  private let scene: Scene
  private var repository: SampleRepository { scene.repository }

  init() throws {
    scene = try Scene()
    try repository.git("config", "core.safecrlf", "false")
  }

  /// Requires that files that are lost come back as they were, and that a second rollback finds nothing to do.
  private func expectBack(_ names: [BytePath]) throws {
    try #require(try repository.git("status", "--porcelain").text == "")
    let before = try scene.picture()
    let id = try scene.take("full")
    for name in names { try repository.remove(name) }
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    #expect(try scene.checkpoint("rollback", "--yes", id).printed.contains("0 files written"))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
    try scene.checkpoint("verify", "--all")
  }

  @Test("a script with line feeds under core.autocrlf runs as before")
  func script() throws {
    try repository.git("config", "core.autocrlf", "true")
    try repository.write("run.sh", "#!/bin/sh\necho runs\n", mode: 0o755)
    try repository.write("windows.txt", "one\r\ntwo\r\n")
    try repository.write("picture.png", [0x89, 0x50, 0, 0x0A, 0x0D, 0x0A])
    try repository.commit("First")
    try expectBack(["run.sh", "windows.txt", "picture.png"])
    #expect(try Program.run([repository.top.appending("run.sh")]).succeeded().text == "runs\n")
  }

  @Test("line ends, keywords and encodings that attributes do not ask for stay as they are")
  func attributes() throws {
    try repository.write(
      ".gitattributes", "*.crlf text eol=crlf\n*.id ident\n*.utf16 text working-tree-encoding=UTF-16\n")
    try repository.write("unix.crlf", "one\ntwo\n")
    try repository.write("mixed.crlf", "one\r\ntwo\n")
    try repository.write("right.crlf", "one\r\ntwo\r\n")
    try repository.write("mine.id", "$Id: mine $\n")
    try repository.write("bare.id", "$Id$\n")
    // Without a mark, git writes one.
    try repository.write("mark.utf16", [0xFF, 0xFE, 0x61, 0, 0x0A, 0])
    try repository.write("dir/.gitattributes", "*.txt text eol=crlf\n")
    try repository.write("dir/unix.txt", "one\n")
    try repository.commit("First")
    try expectBack([
      "unix.crlf", "mixed.crlf", "right.crlf", "mine.id", "bare.id", "mark.utf16", "dir/unix.txt",
    ])
  }

  @Test("files whose objects were renormalized keep the line ends that they have")
  func renormalized() throws {
    try repository.write("old.txt", "one\r\ntwo\r\n")
    try repository.commit("First")
    try repository.write(".gitattributes", "* text=auto\n")
    try repository.git("add", "--renormalize", ".")
    try repository.commit("Normalized")
    try expectBack(["old.txt"])
    #expect(try repository.read("old.txt") == "one\r\ntwo\r\n")
  }

  @Test("what a filter would make otherwise, or cannot make, is recorded as it is")
  func filters() throws {
    try repository.write(".gitattributes", "*.sorted filter=sort\n*.plain filter=none\n*.rot filter=rot\n")
    try repository.git("config", "filter.sort.clean", "sort")
    try repository.git("config", "filter.sort.smudge", "cat")
    try repository.git("config", "filter.none.clean", "cat")
    try repository.git("config", "filter.none.smudge", "false")
    try repository.git("config", "filter.none.required", "true")
    try repository.git("config", "filter.rot.clean", "tr a-y b-z")
    try repository.git("config", "filter.rot.smudge", "tr b-z a-y")
    try repository.write("a.sorted", "c\na\nb\n")
    try repository.write("a.plain", "as it is\n")
    try repository.write("a.rot", "secret\n")
    try repository.commit("First")
    try expectBack(["a.sorted", "a.plain", "a.rot"])
    // What the filter makes again from its object is not stored a second time.
    let raw = try Program.run(
      ["git", "hash-object", "--no-filters", "a.rot"], directory: repository.top
    ).succeeded().lines[0]
    #expect(try repository.git("cat-file", "-e", raw, accepting: [0, 1]).code == 1)
  }

  @Test("other settings of line ends since then make no difference", arguments: ["true", "false"])
  func settingsChanged(autocrlf: BytePath) throws {
    try repository.git("config", "core.autocrlf", autocrlf)
    try repository.write("a.txt", "one\ntwo\n")
    try repository.write("b.txt", "one\ntwo\n")
    try repository.commit("First")
    for name in ["a.txt", "b.txt"] as [BytePath] { try repository.remove(name) }
    try repository.git("checkout", "--quiet", "--", ".")
    let before = try scene.picture().parts["files"]
    let id = try scene.take("full")
    try repository.git("config", "core.autocrlf", autocrlf == "true" ? "false" : "true")
    for name in ["a.txt", "b.txt"] as [BytePath] { try repository.remove(name) }
    // One is as git makes it now, one is missing.
    try repository.git("checkout", "--quiet", "--", "a.txt")
    try scene.checkpoint("rollback", "--yes", id)
    #expect(try scene.picture().parts["files"] == before)
  }

  @Test("such files count neither as changed nor as unstaged work")
  func counts() throws {
    try repository.write(".gitattributes", "* text eol=crlf\n")
    try repository.write("mixed.txt", "one\r\ntwo\n")
    try repository.commit("First")
    let text = try scene.checkpoint("full").errorText
    #expect(text.contains("clean") && !text.contains("changed"), "\(text)")
  }

  @Test("what was found out about a file is forgotten when the file, its attributes or a setting change")
  func remembered() throws {
    // Fewer are looked at anew each time.
    let names = (0..<40).map { BytePath("file-\($0).txt") }
    for name in names { try repository.write(name, "one\ntwo\n") }
    try repository.commit("First")
    try settle()
    try scene.checkpoint("full")
    #expect(FileTree.exists(scene.store.appending("known")))
    try repository.write(".git/info/attributes", "*.txt text eol=crlf\n")
    try expectBack(names)
    try repository.git("config", "core.autocrlf", "true")
    try repository.write(".git/info/attributes", "")
    try expectBack(names)
    try repository.write("file-1.txt", "one\r\ntwo\n")
    try repository.git("add", "file-1.txt")
    try expectBack(names)
  }

  /// Only what was changed before the clock's last tick is remembered.
  private func settle() throws {
    let changed = try #require(try FileTree.status(repository.top.appending("file-39.txt"))).changedAt
    while SystemClock().now().millisecondsSinceEpoch < changed.millisecondsSinceEpoch + 50 { usleep(2000) }
  }
}
