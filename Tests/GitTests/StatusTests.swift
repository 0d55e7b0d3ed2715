// What `git status --porcelain=v2 -z` says, understood: every kind of record, from crafted bytes and from a
// real repository, with paths of any bytes.

import FileSystem
import TestSupport
import Testing

@testable import Git

@Suite("Status")
struct StatusTests {
  private static let zero = String(repeating: "0", count: 40)
  private static let a = String(repeating: "a", count: 40)
  private static let b = String(repeating: "b", count: 40)
  private static let c = String(repeating: "c", count: 40)

  private func parse(_ records: [UInt8]...) throws -> Status {
    try Status(parsing: records.flatMap { $0 + [0] })
  }

  @Test("HEAD and branch, detached and before the first commit")
  func headers() throws {
    let ordinary = try parse(Array("# branch.oid \(Self.a)".utf8), Array("# branch.head topic/x y".utf8))
    #expect(ordinary.head == ObjectID(Self.a))
    #expect(ordinary.branch == "topic/x y")
    let detached = try parse(Array("# branch.oid \(Self.a)".utf8), Array("# branch.head (detached)".utf8))
    #expect(detached.branch == nil)
    let unborn = try parse(Array("# branch.oid (initial)".utf8), Array("# branch.head main".utf8))
    #expect(unborn.head == nil)
    #expect(unborn.branch == "main")
  }

  @Test("a change reports what the index has and where it differs")
  func changes() throws {
    let path: [UInt8] = Array("a b\n".utf8) + [0xE9]
    let status = try parse(
      Array("1 MM N... 100644 100755 100644 \(Self.a) \(Self.b) ".utf8) + path,
      Array("1 .D N... 100644 100644 000000 \(Self.a) \(Self.a) gone".utf8),
      Array("1 D. N... 100644 000000 000000 \(Self.a) \(Self.zero) removed".utf8),
      Array("1 .A N... 000000 000000 100644 \(Self.zero) \(Self.zero) intended".utf8),
      Array("1 .M SC.. 160000 160000 160000 \(Self.a) \(Self.a) module".utf8),
      Array("1 A. N... 000000 120000 120000 \(Self.zero) \(Self.c) link".utf8),
      Array("1 .M N... 100664 100664 100664 \(Self.a) \(Self.a) old".utf8))
    #expect(
      status.changes.map(\.path) == [BytePath(path), "gone", "removed", "intended", "module", "link", "old"])
    let blob = try #require(ObjectID(Self.b))
    #expect(status.changes[0].index == TreeEntry(mode: .executable, id: blob))
    #expect(status.changes[0].differsFromHead && status.changes[0].differsInWorktree)
    #expect(status.changes[1].isDeletedInWorktree && !status.changes[1].differsFromHead)
    #expect(status.changes[2].index == nil && !status.changes[2].isIntentToAdd)
    #expect(status.changes[3].isIntentToAdd)
    #expect(status.changes[4].isSubmodule)
    #expect(status.changes[5].index?.mode == .symbolicLink && !status.changes[5].differsInWorktree)
    #expect(status.changes[6].index?.mode == .regular)
  }

  @Test("a conflict has the stages that exist")
  func conflicts() throws {
    let status = try parse(
      Array("u UU N... 100644 100644 100644 100644 \(Self.a) \(Self.b) \(Self.c) both changed".utf8),
      Array("u DU N... 100644 000000 100755 100644 \(Self.a) \(Self.zero) \(Self.c) gone here".utf8))
    #expect(status.conflicts.map(\.path) == ["both changed", "gone here"])
    let ids = (1...3).map { status.conflicts[0].stages[$0]?.id }
    #expect(ids == [Self.a, Self.b, Self.c].map { ObjectID($0) })
    #expect(status.conflicts[1].stages.keys.sorted() == [1, 3])
    #expect(status.conflicts[1].stages[3]?.mode == .executable)
  }

  @Test("untracked and ignored paths, with directories marked by a slash")
  func untracked() throws {
    let status = try parse(
      Array("? new".utf8), Array("? nested/".utf8), Array("! build/".utf8), Array("! .env".utf8))
    #expect(status.untracked == ["new", "nested/"])
    #expect(status.ignored == ["build/", ".env"])
  }

  @Test(
    "a record that cannot be understood is an error and not a guess",
    arguments: [
      "x what", "1 MM N...", "1 M N... 100644 100644 100644 a a p",
      "1 .M N... 100644 100644 100644 abc abc p",
      "1 .M N... 100644 123456 100644 \(String(repeating: "a", count: 40)) \(String(repeating: "a", count: 40)) p",
      "u UU N... 100644", "2 R. N... 100644 100644 100644 a b R100 new",
    ])
  func malformed(record: String) {
    #expect(throws: (any Error).self) { try parse(Array(record.utf8)) }
  }

  @Test("a real repository with every kind of difference")
  func realRepository() throws {
    let repository = try Repository()
    for name in ["staged", "changed", "both", "deleted", "removed", "mode"] as [BytePath] {
      try repository.write(name, "1\n")
    }
    try repository.write(".gitignore", "*.log\nout\n")
    try repository.commit()
    let odd: [BytePath] = [
      "a b", "tab\there", "new\nline", "\"quoted\"", "-dash", BytePath([0xE9, 0xFF]), "dir/deep/ü",
    ]
    for name in odd { try repository.write(name, "untracked") }
    try repository.write("staged", "2\n")
    try repository.write("both", "2\n")
    try repository.git("add", "staged", "both")
    try repository.write("both", "3\n")
    try repository.write("changed", "2\n")
    try repository.remove("deleted")
    try repository.git("rm", "--quiet", "removed")
    try repository.write("mode", "1\n", permissions: 0o755)
    try repository.write("intended", "x")
    try repository.git("add", "--intent-to-add", "intended")
    try repository.write("x.log", "ignored")
    try repository.write("out/file", "ignored")
    let status = try Status.read(repository.location().git)
    #expect(status.head == (try repository.id("HEAD")))
    #expect(status.branch == "main")
    #expect(Set(status.untracked) == Set(odd))
    #expect(Set(status.ignored) == ["x.log", "out/"])
    let changes = Dictionary(uniqueKeysWithValues: status.changes.map { ($0.path, $0) })
    #expect(Set(changes.keys) == ["staged", "changed", "both", "deleted", "removed", "mode", "intended"])
    #expect(changes.filter(\.value.differsFromHead).keys.sorted() == ["both", "removed", "staged"])
    let differing = changes.filter(\.value.differsInWorktree).keys.sorted()
    #expect(differing == ["both", "changed", "deleted", "intended", "mode"])
    #expect(changes["intended"]?.isIntentToAdd == true)
  }

  @Test(
    "untracked files are those that git lists, whatever the patterns, although libgit2 leaves some out",
    arguments: [
      "/*/\n!/a/\n", "*\n!/a/\n!/a/x.txt\n!.gitignore\n", "*\n!*/\n!*.txt\n", "a/*\n!a/*/\n",
      "**/b\n!a/b\n",
      "a/**\n!a/**/\n!a/**/*.txt\n", "[ab]\n!/b/\n", "*.[!t]*\n", "\\!odd\n#a\n", "a/\n!a/x.txt\n",
    ])
  func ignorePatterns(patterns: String) throws {
    let repository = try Repository()
    try repository.write(".gitignore", patterns)
    for directory in ["", "a/", "a/b/", "b/", "c/a/"] {
      for name in ["x.txt", "x.log", "y", "!odd", "#a"] {
        try repository.write(BytePath(directory + name), "\(directory)\n")
      }
    }
    try repository.write("c/.gitignore", "!y\n*.txt\n")
    let listed = try repository.bytes(["ls-files", "--others", "--exclude-standard", "-z"]).split(
      separator: 0)
    let status = try Status.read(repository.location().git)
    #expect(Set(status.untracked) == Set(listed.map { BytePath($0) }))
    #expect(!listed.isEmpty)
  }

  @Test("reading the status takes no lock and does not write the index")
  func readOnly() throws {
    let repository = try Repository()
    try repository.write("a", "1")
    try repository.commit()
    let index = try repository.location().gitDirectory.appending("index")
    let before = try FileTree.status(index)
    try TemporaryDirectory.write(try repository.location().gitDirectory.appending("index.lock"), [])
    try repository.write("a", "2")
    #expect(try Status.read(repository.location().git).changes.map(\.path) == ["a"])
    #expect(try FileTree.status(index) == before)
  }
}
