// What a capture remembers of clean files for the next one.

import FileSystem
import TestSupport
import Testing

@testable import Git

@Suite("Known files")
struct KnownFilesTests {
  private let repository: Repository
  private let directory: TemporaryDirectory
  private var table: BytePath { directory.path.appending("known/table") }
  private let names = (0..<60).map { BytePath("file-\($0).txt") }

  init() throws {
    repository = try Repository()
    directory = try TemporaryDirectory()
    for name in names { try repository.write(name, "one\ntwo\n") }
    try repository.commit()
    // Only what lies some milliseconds back is remembered.
    let last = try #require(try FileTree.status(repository.path("file-59.txt"))).changedAt
    while SystemClock().now().millisecondsSinceEpoch < last.millisecondsSinceEpoch + 60 {}
  }

  private func capture(everything: Bool = false) throws -> RecordedState {
    var policy = RoundTrip.recordEverything
    policy.knownFiles = table
    policy.readsEverything = everything
    let database = try repository.database()
    let state = try StateCapture.run(repository.location(), into: database, policy: policy).state
    try database.publish()
    return state
  }

  @Test("a second capture looks at nothing again and records the same tree")
  func same() throws {
    let first = try capture()
    let bytes = try FileTree.readAll(table)
    #expect(bytes.count > 8 * names.count)
    #expect(try capture().tree == first.tree)
    #expect(try FileTree.readAll(table) == bytes)
    #expect(try capture(everything: true).tree == first.tree)
  }

  @Test(
    "a damaged table is one that knows nothing",
    arguments: [
      [], [1, 2, 3], Array("known-1\n".utf8), Array("known-1\n".utf8) + [UInt8](repeating: 7, count: 24),
    ])
  func damaged(bytes: [UInt8]) throws {
    let first = try capture()
    try TemporaryDirectory.write(table, bytes)
    #expect(try capture().tree == first.tree)
    #expect(try FileTree.readAll(table).count > 8 * names.count)
  }

  @Test("a full table without a free place ends the search")
  func full() throws {
    try FileTree.makeDirectories(directory.path.appending("known"), mode: 0o700)
    try TemporaryDirectory.write(table, Array("known-1\n".utf8) + [UInt8](repeating: 7, count: 32))
    let known = KnownFiles(table)
    #expect(!known.contains(5))
    #expect(known.contains(0x0707_0707_0707_0707))
  }

  @Test("attributes that are set on a known file are found")
  func attributes() throws {
    _ = try capture()
    let file = repository.path("file-7.txt")
    let setting = try? Subprocess(["setfattr", "-n", "user.color", "-v", "blue", file]).output()
    if setting == nil { return }
    let rights = try #require(try capture().metadata.rights)
    #expect(rights["file-7.txt"].attributes.values == ["user.color": Array("blue".utf8)])
    #expect(rights["file-8.txt"].attributes.isEmpty)
  }
}
