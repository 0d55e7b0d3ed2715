// What a garbage collection that runs at the same time can remove, and when: it knows only the refs that it has read before.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Garbage collection at the same time")
struct GarbageCollectionTests {
  private let repository: Repository
  private let objects: BytePath

  init() throws {
    repository = try Repository()
    try repository.write("a", "a\n")
    try repository.commit()
    objects = repository.path(".git/objects")
  }

  private func packs(_ ending: String) throws -> [BytePath] {
    try FileTree.list(objects.appending("pack")).filter { $0.description.hasSuffix(ending) }
  }

  private func expectSound() throws {
    #expect(try repository.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  /// Says that a collection is running: this process's.
  private func beginCollection() throws {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try repository.write(".git/gc.pid", "\(getpid()) \(host)")
  }

  private func hold(_ id: ObjectID, in database: ObjectDatabase) throws {
    try database.hold(by: [("refs/checkpoints/x/state", id)])
  }

  @Test("no cleaning up takes what is being written", arguments: [false, true])
  func quarantine(many: Bool) throws {
    let database = try repository.database()
    try database.beginWriting(many: many)
    let ids = try (0..<150).map { try database.writeBlob(Array("object \($0)".utf8)) }
    try repository.git("gc", "--quiet", "--prune=now")
    try database.publish()
    #expect(try ids.allSatisfy { try repository.git("cat-file", "-t", BytePath("\($0)")) == "blob" })
  }

  @Test("a pack that no ref leads to yet is held, and let go when one does or it is given up")
  func heldPack() throws {
    for isWanted in [true, false] {
      let database = try repository.database()
      try database.beginWriting(many: true)
      let id = try database.writeBlob(Array("new \(isWanted)".utf8))
      try database.publish()
      #expect(try packs(".keep").count == 1)
      try repository.git("gc", "--quiet", "--prune=now")
      if isWanted {
        try hold(id, in: database)
        #expect(try packs(".keep").isEmpty)
        try repository.git("gc", "--quiet", "--prune=now")
        #expect(try repository.git("cat-file", "-p", BytePath("\(id)")) == "new true")
      }
    }
    #expect(try packs(".keep").isEmpty)
  }

  @Test("what a killed process held is let go by the next one, and what others hold is not")
  func abandoned() throws {
    // Process numbers end at 4,194,304.
    try repository.write(".git/objects/pack/pack-a.keep", "checkpoint 4999999\n", permissions: 0o444)
    try repository.write(".git/objects/pack/pack-b.keep", "checkpoint \(getpid())\n")
    try repository.write(".git/objects/pack/pack-c.keep", "fetch-pack 4999999 on host\n")
    try FileTree.makeDirectories(objects.appending("checkpoint-4999999-1/aa"), mode: 0o755)
    try FileTree.makeDirectories(objects.appending("tmp_objdir-checkpoint-4999999-1/aa"), mode: 0o755)
    try repository.database().removeAbandoned()
    #expect(try packs(".keep") == ["pack-b.keep", "pack-c.keep"])
    #expect(try !FileTree.list(objects).contains { $0.description.contains("checkpoint-") })
  }

  /// When the collection takes objects that it has seen no ref for.
  enum Moment: CaseIterable { case beforeRefs, afterFirstRef, later }

  @Test(
    "loose objects that are taken come back, whenever that is, and those that were there before as well",
    arguments: Moment.allCases, [10, 3 << 20])
  func taken(moment: Moment, byteCount: Int) throws {
    try repository.write("large", bytes: [UInt8](repeating: 7, count: byteCount))
    let database = try repository.database()
    // Nothing holds it.
    let old = try #require(
      ObjectID(try repository.git(["hash-object", "-w", "--stdin"], input: Array("old".utf8))))
    try database.beginWriting(many: false)
    _ = try database.writeBlob(Array("old".utf8))
    let large = try database.writeBlob(
      OpenFile.open(repository.path("large"), flags: O_RDONLY), byteCount: byteCount)
    let tree = try database.writeTree([
      ("old", TreeEntry(mode: .regular, id: old)), ("large", TreeEntry(mode: .regular, id: large)),
    ])
    try database.publish()
    // It has read the refs by now, and takes what they do not lead to.
    let names = [old, large, tree].map { "\($0)" }.map { BytePath("\($0.prefix(2))/\($0.dropFirst(2))") }
    func sweep() throws { for name in names { try FileTree.remove(objects.appending(name)) } }
    switch moment {
    case .beforeRefs:
      try sweep()
      try hold(tree, in: database)
    case .afterFirstRef:
      try database.setRef("refs/checkpoints/x/first", to: tree)
      try sweep()
      try database.hold(by: [])
    case .later:
      try beginCollection()
      try hold(tree, in: database)
      try sweep()
    }
    try expectSound()
    #expect(try repository.git("cat-file", "-p", BytePath("\(tree):old")) == "old")
  }

  @Test("what is lost for good is an error")
  func lost() throws {
    let old = try #require(
      ObjectID(try repository.git(["hash-object", "-w", "--stdin"], input: Array("old".utf8))))
    // In a pack, so it has no second name.
    try repository.git(["pack-objects", "-q", ".git/objects/pack/pack"], input: Array("\(old)\n".utf8))
    try repository.git("prune-packed")
    let database = try repository.database()
    try database.beginWriting(many: false)
    _ = try database.writeBlob(Array("old".utf8))
    try database.publish()
    for name in try FileTree.list(objects.appending("pack")) {
      try FileTree.remove(objects.appending("pack").appending(name))
    }
    #expect(throws: ObjectsSwept.self) { try database.hold(by: []) }
  }

  @Test("without a collection nothing is written twice", arguments: [false, true])
  func nothingMore(many: Bool) throws {
    // What a process left that was killed.
    try repository.write(".git/gc.pid", "4999999 elsewhere")
    setModificationTime(repository.path(".git/gc.pid"))
    let database = try repository.database()
    try database.beginWriting(many: many)
    let id = try database.writeBlob(Array("new".utf8))
    try database.publish()
    try hold(id, in: database)
    #expect(try packs(".pack").count == (many ? 1 : 0))
  }

  private func setModificationTime(_ path: BytePath) {
    let times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
    _ = path.withCString { utimensat(AT_FDCWD, $0, times, 0) }
  }
}
