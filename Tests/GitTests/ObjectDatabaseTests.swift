// Writing objects: quarantined until published, flushed before they are visible, packed when there are many,
// and safe from git's own housekeeping.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Object databases")
struct ObjectDatabaseTests {
  private let repository: Repository

  init() throws {
    repository = try Repository()
    try repository.write("a", "a")
    try repository.commit()
  }

  /// Every file below `objects/`.
  private func objectFiles() throws -> [BytePath] {
    func files(_ directory: BytePath) throws -> [BytePath] {
      try FileTree.list(directory).flatMap { name in
        let path = directory.appending(name)
        return try FileTree.status(path)?.kind == .directory ? files(path) + [path] : [path]
      }
    }
    let objects = try repository.location().commonDirectory.appending("objects")
    return try files(objects).filter { path in
      // Empty fan-out directories are git's own business.
      let isDirectory = try FileTree.status(path)?.kind == .directory
      return !isDirectory || path.lastComponent.hasPrefix("tmp")
    }
  }

  @Test("what is published can be read by git, what is not cannot", arguments: [false, true])
  func publish(many: Bool) throws {
    let database = try repository.database()
    try database.beginWriting(many: many)
    let id = try database.writeBlob(Array("new".utf8))
    #expect(try database.read(id) == Array("new".utf8))
    #expect(throws: SubprocessError.self) { try repository.git("cat-file", "-e", BytePath("\(id)")) }
    try database.publish()
    #expect(try repository.git("cat-file", "-p", BytePath("\(id)")) == "new")
    #expect(try database.read(id) == Array("new".utf8))
  }

  @Test("a database that is let go before it published leaves nothing", arguments: [false, true])
  func abandoned(many: Bool) throws {
    let before = try objectFiles()
    do {
      let database = try repository.database()
      try database.beginWriting(many: many)
      for number in 0..<150 { _ = try database.writeBlob(Array("object \(number)".utf8)) }
    }
    #expect(try objectFiles() == before)
  }

  @Test(
    "a failure while publishing makes nothing visible and leaves nothing",
    arguments: [FaultyFileOperations.Call.open, .syncFileSystem, .rename], [false, true])
  func failedPublish(call: FaultyFileOperations.Call, many: Bool) throws {
    let before = try objectFiles()
    // A pack and its index are flushed one by one.
    let call = many && call == .syncFileSystem ? .sync : call
    do {
      let database = try repository.database(files: FaultyFileOperations(failing: call, with: ENOSPC))
      try database.beginWriting(many: many)
      for number in 0..<150 { _ = try database.writeBlob(Array("object \(number)".utf8)) }
      #expect(throws: SystemError.self) { try database.publish() }
    }
    #expect(try objectFiles() == before)
  }

  @Test("objects are flushed before they get their names, and a pack's index comes last")
  func order() throws {
    let files = FaultyFileOperations()
    let database = try repository.database(files: files)
    try database.beginWriting(many: true)
    for number in 0..<150 { _ = try database.writeBlob(Array("object \(number)".utf8)) }
    try database.publish()
    let firstRename = try #require(files.calls.firstIndex(of: .rename))
    #expect(files.calls[..<firstRename].count { $0 == .sync } == 2)
    #expect(files.calls.last == .sync)
    let renamed = files.callsWithPaths.filter { $0.call == .rename }.map(\.path.description)
    #expect(renamed.last?.hasSuffix(".idx") == true)
  }

  @Test("more than a hundred new objects become one pack, and git finds nothing wrong with it")
  func onePack() throws {
    for number in 0..<150 { try repository.write(BytePath("many/\(number)"), "file \(number)\n") }
    let before = try objectFiles()
    let captured = try RoundTrip(repository).capture()
    let new = Set(try objectFiles()).subtracting(before)
    #expect(new.count { $0.description.hasSuffix(".pack") } == 1)
    #expect(new.count { $0.description.hasSuffix(".idx") } == 1)
    #expect(new.count == 2)
    try RoundTrip(repository).keep("one", captured.state)
    #expect(try repository.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  @Test("a few new objects stay loose, and git finds nothing wrong with them")
  func loose() throws {
    try repository.write("b", "b")
    let captured = try RoundTrip(repository).capture()
    #expect(try !objectFiles().contains { $0.description.hasSuffix(".pack") })
    try RoundTrip(repository).keep("one", captured.state)
    #expect(try repository.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  @Test("objects that the repository already has may be written again")
  func duplicates() throws {
    for many in [false, true] {
      let database = try repository.database()
      try database.beginWriting(many: many)
      for _ in 0..<3 { _ = try database.writeBlob(Array("a".utf8)) }
      try database.publish()
      try database.beginWriting(many: many)
      let id = try database.writeBlob(Array("after the first publication, \(many)".utf8))
      try database.publish()
      #expect(database.exists(id))
    }
    #expect(try repository.git("fsck", "--full", "--no-dangling") == "")
  }

  @Test("a state survives git gc --prune=now and the loss of the branch that it was on")
  func garbageCollection() throws {
    try repository.write("a", "changed")
    try repository.write("new", "untracked")
    let captured = try RoundTrip(repository).capture()
    let observed = try RoundTrip(repository).observe()
    try RoundTrip(repository).keep("one", captured.state)
    try repository.commit("later")
    try repository.git("checkout", "--quiet", "--orphan", "other")
    try repository.commit("unrelated")
    try repository.git("branch", "-D", "main")
    try repository.git("reflog", "expire", "--expire=now", "--all")
    try repository.git("gc", "--quiet", "--prune=now")
    let database = try repository.database()
    let tag = try #require(try database.target(of: "refs/checkpoints/one/state"))
    let state = try RecordedState(
      tree: database.tree(of: tag), head: captured.state.head, branch: "main", in: database)
    try RoundTrip(repository).restore(state, moveBranch: true)
    #expect(try RoundTrip(repository).observe() == observed)
  }

  @Test("recorded states are not shown by git log --all")
  func graph() throws {
    try repository.write("a", "changed")
    let before = try repository.git("log", "--all", "--format=%H %d")
    let state = try RoundTrip(repository).capture().state
    let database = try repository.database()
    try database.beginWriting(many: false)
    let tag = try database.writeTag(
      "x", target: state.tree, message: "m\n", by: Identity(environment: [:]) { _ in nil },
      at: FixedClock.start)
    try database.publish()
    try database.setRef("refs/checkpoints/x/state", to: tag)
    #expect(try repository.git("log", "--all", "--format=%H %d") == before)
  }

  @Test(
    "a file of more than 16 MiB goes through, loose and next to a pack, byte for byte", arguments: [0, 120])
  func largeFile(others: Int) throws {
    let piece = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    var bytes: [UInt8] = [1, 2, 3]
    for number in 0..<17 { bytes += piece.map { $0 &+ UInt8(number) } }
    try repository.write("large", bytes: bytes)
    for number in 0..<others { try repository.write(BytePath("many/\(number)"), "file \(number)\n") }
    let captured = try RoundTrip(repository).capture()
    let state = captured.state
    try RoundTrip(repository).keep("one", state)
    let expected = try repository.git("hash-object", "large")
    let entry = try repository.database().entry(named: "large", in: state.worktree)
    #expect(entry?.id.description == expected)
    #expect(try repository.git("fsck", "--full", "--no-dangling") == "")
    try repository.remove("large")
    try RoundTrip(repository).restore(state)
    #expect(try FileTree.readAll(repository.path("large")) == bytes)
  }

  @Test("a damaged object is not read")
  func damaged() throws {
    let id = try ObjectID(repository.git(["hash-object", "-w", "--stdin"], input: Array("sound".utf8)))
    let other = try repository.git(["hash-object", "-w", "--stdin"], input: Array("other".utf8))
    let objects = try repository.location().commonDirectory.appending("objects")
    func path(_ id: String) -> BytePath { objects.appending("\(id.prefix(2))/\(id.dropFirst(2))") }
    let blob = try #require(id)
    try FileTree.remove(path("\(blob)"))
    try TemporaryDirectory.write(path("\(blob)"), FileTree.readAll(path(other)))
    #expect(throws: GitError.self) { try repository.database().read(blob) }
  }

  @Test("refs are set, read, moved and deleted, and a missing one is no error")
  func refs() throws {
    let database = try repository.database()
    let head = try repository.id("HEAD")
    #expect(try database.target(of: "refs/checkpoints/x/head") == nil)
    try database.setRef("refs/checkpoints/x/head", to: head)
    try database.setRef("refs/checkpoints/x/head", to: head)
    #expect(try database.target(of: "refs/checkpoints/x/head") == head)
    try database.deleteRefs(["refs/checkpoints/x/head"])
    try database.deleteRefs(["refs/checkpoints/x/head"])
    #expect(try database.target(of: "refs/checkpoints/x/head") == nil)
  }

  @Test("revisions in git's own syntax name commits, others name none")
  func revisions() throws {
    let database = try repository.database()
    let head = try repository.id("HEAD")
    try repository.git("tag", "--annotate", "--message", "m", "v1")
    for text in ["HEAD", "main", "v1", "\(head)", head.short, "HEAD^{}"] {
      #expect(database.commit(at: text) == head, "\(text)")
    }
    for text in ["none", "HEAD~5", "HEAD^{tree}", "", "a b"] {
      #expect(database.commit(at: text) == nil, "\(text)")
    }
    #expect(try database.subject(of: head) == "change")
  }
}
