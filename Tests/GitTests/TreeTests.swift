// Trees made from trees, and compared, against what git itself makes of the same changes.

import FileSystem
import TestSupport
import Testing

@testable import Git

@Suite("Trees")
struct TreeTests {
  private let repository: Repository

  init() throws {
    repository = try Repository()
    for (name, text) in [
      ("a", "a"), ("dir/one", "1"), ("dir/two", "2"), ("dir/sub/deep", "3"), ("dir.txt", "4"), ("dir-x", "5"),
      ("only/child/here", "6"), ("z", "7"),
    ] as [(BytePath, String)] { try repository.write(name, text) }
    try repository.commit()
  }

  /// Applies changes both by a tree update and by git; the trees must be the same.
  private func expectSameTree(_ changes: [(path: BytePath, text: String?)]) throws {
    let database = try repository.database()
    let update = TreeUpdate()
    try database.beginWriting(many: false)
    let base = try repository.id("HEAD^{tree}")
    for (path, text) in changes {
      let id = try text.map { try database.writeBlob(Array($0.utf8)) }
      update.set(path, id.map { TreeEntry(mode: .regular, id: $0) })
    }
    let tree = try update.apply(to: base, in: database)
    try database.publish()
    for (path, text) in changes where text == nil {
      try repository.git("rm", "-r", "-q", "--cached", "-f", path)
    }
    for (path, text) in changes {
      guard let text else { continue }
      let id = try repository.git(["hash-object", "-w", "--stdin"], input: Array(text.utf8))
      try repository.git(
        "update-index", "--add", "--replace", "--cacheinfo", BytePath("100644,\(id),\(path)"))
    }
    #expect("\(tree)" == (try repository.git("write-tree")))
  }

  @Test("nothing changed is the same tree")
  func unchanged() throws { try expectSameTree([]) }

  @Test("files changed, added and removed at every depth")
  func ordinary() throws {
    try expectSameTree([
      ("a", "changed"), ("dir/sub/deep", "changed"), ("new/er/file", "n"), ("dir/two", nil),
      ("dir/three", "3"), ("z", nil),
    ])
  }

  @Test("a file becomes a directory")
  func fileToDirectory() throws { try expectSameTree([("a", nil), ("a/b", "b"), ("a/c/d", "d")]) }

  @Test("a directory becomes a file")
  func directoryToFile() throws {
    try expectSameTree([("dir/one", nil), ("dir/two", nil), ("dir/sub/deep", nil), ("dir", "file")])
  }

  @Test("a directory that becomes empty vanishes, and so do those above it")
  func emptied() throws { try expectSameTree([("only/child/here", nil)]) }

  @Test("everything removed is the empty tree")
  func empty() throws {
    let paths: [BytePath] = [
      "a", "dir/one", "dir/two", "dir/sub/deep", "dir.txt", "dir-x", "only/child/here", "z",
    ]
    try expectSameTree(paths.map { ($0, nil) })
  }

  @Test("removing what is not there changes nothing")
  func removalOfNothing() throws {
    let database = try repository.database()
    try database.beginWriting(many: false)
    let base = try repository.id("HEAD^{tree}")
    let update = TreeUpdate()
    for path in ["none", "none/at/all", "dir/none", "a/below-a-file"] as [BytePath] { update.set(path, nil) }
    #expect(try update.apply(to: base, in: database) == base)
  }

  @Test("a tree from nothing")
  func fromNothing() throws {
    let database = try repository.database()
    try database.beginWriting(many: false)
    let update = TreeUpdate()
    let blob = try database.writeBlob(Array("a".utf8))
    update.set("a", TreeEntry(mode: .executable, id: blob))
    update.set(BytePath([0xE9]), TreeEntry(mode: .symbolicLink, id: blob))
    let tree = try update.apply(to: nil, in: database)
    #expect(try database.entries(of: tree).map(\.name) == ["a", BytePath([0xE9])])
    #expect(try database.entries(of: tree).map(\.entry.mode) == [.executable, .symbolicLink])
    #expect(
      try TreeUpdate().apply(to: nil, in: database).description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
  }

  // MARK: Differences

  @Test("differences are those that git's diff-tree lists")
  func differences() throws {
    let old = try repository.id("HEAD^{tree}")
    try repository.write("a", "changed")
    try repository.write("dir/one", "1", permissions: 0o755)
    try repository.remove("dir/sub")
    try repository.write("dir/sub", "a file now")
    try repository.remove("z")
    try repository.write("z/below", "a directory now")
    try repository.remove("only")
    try repository.link("link", to: "dir")
    try repository.write(BytePath([0xE9]), "odd")
    try repository.commit()
    let new = try repository.id("HEAD^{tree}")
    for (from, to) in [(old, new), (new, old), (new, new)] {
      let found = try repository.database().differences(from: from, to: to)
      let raw = try repository.bytes(
        ["diff-tree", "-r", "-z", "--name-only", "--no-renames", BytePath("\(from)"), BytePath("\(to)")])
      let expected = raw.split(separator: 0).map { BytePath($0) }
      #expect(found.map(\.path).sorted() == expected.sorted())
      for difference in found {
        let database = try repository.database()
        #expect(difference.old == (try database.entry(at: difference.path, in: from).flatMap(fileOnly)))
        #expect(difference.new == (try database.entry(at: difference.path, in: to).flatMap(fileOnly)))
      }
    }
  }

  private func fileOnly(_ entry: TreeEntry) -> TreeEntry? { entry.mode == .directory ? nil : entry }

  @Test("against nothing, every file is new or gone")
  func againstNothing() throws {
    let tree = try repository.id("HEAD^{tree}")
    let database = try repository.database()
    #expect(try database.differences(from: nil, to: tree).allSatisfy { $0.old == nil && $0.new != nil })
    #expect(try database.differences(from: tree, to: nil).count == 8)
    #expect(try database.differences(from: nil, to: nil).isEmpty)
    var files: [BytePath] = []
    try database.forEachFile(in: tree) { path, _ in files.append(path) }
    #expect(files.count == 8)
    #expect(files.contains("dir/sub/deep"))
  }

  @Test("line counts are those of git's numstat, and none for what has no lines")
  func lineCounts() throws {
    let text = (0..<200).map { "line \($0)\n" }
    try repository.write("long", text.joined())
    try repository.write("binary", bytes: [0, 1, 2, 0])
    try repository.write("no newline", "one\ntwo")
    try repository.link("link", to: "a")
    try repository.commit()
    let old = try repository.id("HEAD^{tree}")
    try repository.write("long", (text[..<50] + ["new\n", "newer\n"] + text[80...]).joined())
    try repository.write("binary", bytes: [0, 1, 3, 0])
    try repository.write("no newline", "one\ntwo\n")
    try repository.write("added", "1\n2\n3\n")
    try repository.remove("link")
    try repository.link("link", to: "z")
    try repository.remove("dir/one")
    try repository.write("a", "")
    try repository.commit()
    let new = try repository.id("HEAD^{tree}")
    let raw = try repository.bytes(
      ["diff-tree", "-r", "-z", "--numstat", "--no-renames", BytePath("\(old)"), BytePath("\(new)")])
    var expected: [BytePath: LineCounts] = [:]
    for record in raw.split(separator: 0) {
      let fields = record.split(separator: 0x09, maxSplits: 2)
      guard let added = Int(String(decoding: fields[0], as: UTF8.self)),
        let removed = Int(String(decoding: fields[1], as: UTF8.self))
      else { continue }
      expected[BytePath(fields[2])] = LineCounts(added: added, removed: removed)
    }
    expected["link"] = nil
    let database = try repository.database()
    var found: [BytePath: LineCounts] = [:]
    for difference in try database.differences(from: old, to: new) {
      found[difference.path] = try database.lineCounts(difference)
    }
    #expect(found == expected)
    let long = try #require(try database.differences(from: old, to: new).first { $0.path == "long" })
    #expect(try database.lineCounts(long, limit: 100) == nil)
  }
}
