// Access lists as the kernel keeps them, read without it.

import FileSystem
import TestSupport
import Testing

@Suite("Access lists")
struct AccessListTests {
  /// Tag, rights and whose: the kernel's numbers.
  private func list(_ entries: [(UInt8, UInt8, UInt8?)]) -> [UInt8] {
    entries.reduce(into: [2, 0, 0, 0]) { bytes, entry in
      let id: [UInt8] = entry.2.map { [$0, 0, 0, 0] } ?? [255, 255, 255, 255]
      bytes += [entry.0, 0, entry.1, 0] + id
    }
  }

  @Test(
    "what groups may really do is what the mask leaves of their rights",
    arguments: [(0, 6, 0, 0), (4, 6, 4, 4), (6, 4, 4, 4), (7, 0, 0, 0), (0, 7, 0, 5)]
      as [(UInt8, UInt8, UInt32, UInt32)])
  func effective(owning: UInt8, mask: UInt8, owningGroup: UInt32, anyGroup: UInt32) throws {
    var entries: [(UInt8, UInt8, UInt8?)] = [(1, 6, nil), (2, 6, 1), (4, owning, nil)]
    if anyGroup != owningGroup { entries.append((8, UInt8(anyGroup), 1)) }
    let found = try #require(AccessList(list(entries + [(16, mask, nil), (32, 0, nil)])))
    #expect(found.owningGroup == owningGroup && found.anyGroup == anyGroup)
  }

  @Test("a list without a mask gives every user what it says")
  func noMask() throws {
    let found = try #require(AccessList(list([(1, 6, nil), (4, 5, nil), (32, 0, nil)])))
    #expect(found.owningGroup == 5)
  }

  @Test(
    "what is no list is none",
    arguments: [[], [2, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0, 1], [2, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, 0]])
  func damaged(bytes: [UInt8]) {
    #expect(AccessList(bytes) == nil)
  }

  @Test("a list that a place does not know leaves the owning group what it gave it")
  func withoutList() {
    var attributes = ExtendedAttributes()
    attributes.values[ExtendedAttributes.accessList] = list([
      (1, 6, nil), (2, 6, 1), (4, 4, nil), (16, 6, nil), (32, 0, nil),
    ])
    let rights = FileRights(owner: FileOwner(user: 1, group: 1), attributes: attributes)
    #expect(rights.permissionsWithoutList(0o660) == 0o640)
    attributes.values = [:]
    #expect(FileRights(owner: rights.owner, attributes: attributes).permissionsWithoutList(0o660) == 0o660)
  }

  @Test("a file whose access list cannot be read is private")
  func unreadable() throws {
    let directory = try TemporaryDirectory()
    let file = directory.path.appending("file")
    try TemporaryDirectory.write(file, [], permissions: 0o640)
    let status = try #require(try FileTree.status(file))
    #expect(!FileTree.isPrivate(file, status))
    let loop = directory.path.appending("loop")
    try FileTree.makeLink(loop, to: "loop")
    #expect(FileTree.isPrivate(loop.appending("file"), status))
  }
}
