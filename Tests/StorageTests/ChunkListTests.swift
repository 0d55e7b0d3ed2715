// Names of chunks and lists of them, as text that a shell can follow.

import ChunkStore
import Codecs
import FoundationEssentials
import Testing

@Suite("Chunk lists")
struct ChunkListTests {
  private static func id(_ text: String) throws -> ChunkID {
    try #require(ChunkID(digest: SHA256.digest(Array(text.utf8))))
  }

  @Test("a chunk's name is 64 hexadecimal digits and survives JSON")
  func identifiers() throws {
    let id = try Self.id("abc")
    #expect(id.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(ChunkID(id.description) == id)
    #expect(try JSONDecoder().decode([ChunkID].self, from: JSONEncoder().encode([id])) == [id])
    #expect(try Self.id("abd") != id)
  }

  @Test(
    "what is no name is refused",
    arguments: [
      "", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 66),
      String(repeating: "A", count: 64),
    ])
  func badIdentifiers(text: String) {
    #expect(ChunkID(text) == nil)
  }

  @Test("a list survives being written and read")
  func roundTrip() throws {
    let list = ChunkList([
      ChunkReference(id: try Self.id("a"), byteCount: 0),
      ChunkReference(
        id: try Self.id("b"), byteCount: 12, fingerprint: .init(rowCount: 3, sum: 255), blocks: 0..<1024),
      ChunkReference(
        id: try Self.id("a"), byteCount: 7, fingerprint: .init(rowCount: 1, sum: .max), blocks: 5..<5),
      // The last range of a table has no end.
      ChunkReference(
        id: try Self.id("c"), byteCount: 0, fingerprint: .init(rowCount: 0, sum: 0), blocks: 4096..<(.max)),
    ])
    #expect(ChunkList(encoded: list.encoded) == list)
    #expect(list.byteCount == 19)
    #expect(list.fingerprint == RowFingerprint(rowCount: 4, sum: 254))
    #expect(ChunkList(encoded: ChunkList().encoded) == ChunkList())
  }

  @Test("each chunk is a line of its name, its size, its rows and its blocks")
  func format() throws {
    let id = try Self.id("b")
    let list = ChunkList([
      ChunkReference(id: id, byteCount: 12, fingerprint: .init(rowCount: 3, sum: 255), blocks: 8..<16),
      ChunkReference(id: id, byteCount: 5), ChunkReference(id: id, byteCount: 2, offset: 7),
    ])
    let text = String(decoding: list.encoded, as: UTF8.self)
    #expect(text == "\(id) 12 3:ff 8-16\n\(id) 5 0:0\n\(id) 2 0:0 @7\n")
    #expect(ChunkList(encoded: list.encoded) == list)
  }

  @Test("the lists of several streams follow each other")
  func lines() throws {
    var all = ChunkList()
    let one = ChunkList([ChunkReference(id: try Self.id("a"), byteCount: 1)])
    let two = ChunkList([
      ChunkReference(id: try Self.id("b"), byteCount: 2), ChunkReference(id: try Self.id("c"), byteCount: 3),
    ])
    let lines = [one, ChunkList(), two].map { all.append($0) }
    #expect(lines == [.init(first: 1, count: 1), .init(first: 2, count: 0), .init(first: 2, count: 2)])
    #expect(lines.map { all[$0] } == [one, ChunkList(), two])
    #expect(all[.init(first: 3, count: 2)] == nil)
    #expect(all[.init(first: 0, count: 1)] == nil)
  }

  @Test(
    "anything else is no list",
    arguments: [
      "x\n", "ID\n", "ID 1\n", "ID x 0:0\n", "ID 1 0\n", "ID 1 0:0 7\n", "ID 1 0:0 9-8\n", "ID 1 0:0 1-2 3\n",
      "ID 1 0:0 -2\n", "ID 1 0:0 @\n", "ID 1 0:0 @-1\n", "ID 1 0:0 @1 1-2\n", "\u{0}",
      // Written in another way, or beyond the limits.
      "ID 01 0:0\n", "ID +1 0:0\n", "ID 1 0:00\n", "ID 1 0:F\n", "ID 1 00:0\n", "ID 1 0:0 \n", "ID  1 0:0\n",
      "ID 1 0:0", "ID 1 0:0\n\n", "\nID 1 0:0\n", "ID 1 0:0 1-2 \n", "ID 1 0:0 01-2\n", "ID 1 0:0 @07\n",
      "ID 4503599627370497 0:0\n", "ID 99999999999999999999 0:0\n", "ID 1 281474976710657:0\n",
      "ID 1 0:100000000000000000000000000000000\n", "ID 1 0:0 1-4294967297\n", "ID 1 0:0 @4503599627370497\n",
      "ID 4503599627370496 0:0\nID 1 0:0\n", "ID 1 :0\n", "ID 1 0:\n", "ID 1 0:0 -\n",
    ])
  func malformed(text: String) throws {
    let line = text.replacing("ID", with: try Self.id("x").description)
    #expect(ChunkList(encoded: Array(line.utf8)) == nil)
  }

  @Test("a list that is cut within its last line is no list")
  func truncated() throws {
    let encoded = ChunkList([
      ChunkReference(id: try Self.id("b"), byteCount: 1234, fingerprint: .init(rowCount: 3, sum: 0xABCDEF))
    ]).encoded
    for count in 1..<encoded.count {
      #expect(
        ChunkList(encoded: Array(encoded[..<count])) == nil, "cut after \(count) of \(encoded.count) bytes")
    }
  }
}
