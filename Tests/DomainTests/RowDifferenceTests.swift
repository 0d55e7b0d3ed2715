// Counting the rows that differ, against the plain way: with any order, any chunks, any number of copies, and with less
// memory than there are differences.

import ChunkStore
import Codecs
import FileSystem
import TestSupport
import Testing

@testable import DataSources

@Suite("Rows of two sides")
struct RowDifferenceTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.path.appending("store"))
  }

  /// Puts rows into chunks of a few rows each.
  private func list(_ rows: [String], _ random: inout Random, session: ChunkSession) throws -> ChunkList {
    let encoder = ChunkEncoder()
    var list = ChunkList()
    var rest = rows[...]
    while !rest.isEmpty {
      let taken = rest.prefix(Int.random(in: 1...30, using: &random))
      rest = rest.dropFirst(taken.count)
      let bytes = Array(taken.map { $0 + "\n" }.joined().utf8)
      var rows = RowFingerprint()
      bytes.withUnsafeBytes { rows.add(lines: $0) }
      list.chunks.append(
        ChunkReference(
          id: try session.write(bytes, with: encoder), byteCount: bytes.count, fingerprint: rows))
    }
    return list
  }

  private func compare(
    _ old: [String], _ new: [String], key: [Int], waiting: Int, limit: Int = 0, _ random: inout Random
  ) throws -> (RowComparison.Found, RowComparison) {
    let session = try ChunkSession(store)
    let (before, after) = (
      try list(old, &random, session: session), try list(new, &random, session: session)
    )
    let alignment = ChunkAlignment(before, after, sharesChunks: true)
    func side(_ stretches: [ArraySlice<ChunkReference>]) -> RowComparison.Side {
      RowComparison.Side(
        chunks: stretches.flatMap { $0 },
        stretches: stretches.enumerated().flatMap { number, chunks in chunks.map { _ in number } },
        transform: nil, makeReader: { [store] in ChunkReader(store, and: session) })
    }
    var comparison = RowComparison(
      before: side(alignment.stretches.map(\.before)), after: side(alignment.stretches.map(\.after)), key: key
    )
    (comparison.mostWaiting, comparison.limit) = (waiting, limit)
    return (try comparison.run(), comparison)
  }

  @Test("whole rows are counted one for one, whatever their order", arguments: 0..<12)
  func multisets(seed: UInt64) throws {
    var random = Random(seed: seed)
    let old = (0..<300).map { _ in "row \(Int.random(in: 0..<120, using: &random))" }
    var new = old
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      let place = Int.random(in: 0..<new.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: new.remove(at: place)
      case 1: new.insert("row \(Int.random(in: 0..<150, using: &random))", at: place)
      default: new[place] += "!"
      }
    }
    if seed % 4 == 0 { new.shuffle(using: &random) }
    let (found, _) = try compare(old, new, key: [], waiting: seed % 2 == 0 ? 10 : 1000, &random)
    let counts = [old, new].map { rows in rows.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    let keys = Set(counts[0].keys).union(counts[1].keys)
    let differences = keys.map { (counts[1][$0] ?? 0) - (counts[0][$0] ?? 0) }
    #expect(found.added == differences.filter { $0 > 0 }.reduce(0, +))
    #expect(found.removed == -differences.filter { $0 < 0 }.reduce(0, +))
    #expect(found.changed == 0)
  }

  @Test("rows with the same key are one row that changed, and each is found again", arguments: 0..<12)
  func keys(seed: UInt64) throws {
    var random = Random(seed: seed)
    // The key is the third and the first column.
    let old = (0..<200).map { "\($0 % 7)\tvalue \($0)\t\($0 / 7)" }
    var new = old.filter { _ in Int.random(in: 0..<10, using: &random) > 0 }
    var changed = 0
    for index in new.indices where Int.random(in: 0..<5, using: &random) == 0 {
      new[index] = new[index].replacing("value", with: "other")
      changed += 1
    }
    let come = (200..<(200 + Int.random(in: 0...20, using: &random))).map { "\($0 % 7)\tnew\t\($0 / 7)" }
    let gone = old.count - new.count
    new += come
    if seed % 3 == 0 { new.shuffle(using: &random) }
    let (found, comparison) = try compare(
      old, new, key: [2, 0], waiting: seed % 2 == 0 ? 8 : 1000, limit: 1000, &random)
    #expect(found.added == come.count)
    #expect(found.removed == gone)
    #expect(found.changed == changed)
    func texts(_ places: [RowPlace]) throws -> Set<String> {
      Set(try comparison.rows(at: places).values.map { String(decoding: $0.dropLast(), as: UTF8.self) })
    }
    #expect(try texts(found.onlyAfter) == Set(come))
    #expect(try texts(found.pairs.map(\.after)) == Set(new.filter { $0.contains("other") }))
    #expect(try texts(found.onlyBefore + found.pairs.map(\.before)) == Set(old).subtracting(new))
  }

  @Test("only the chunks that just one side has are read")
  func readsLittle() throws {
    var random = Random(seed: 1)
    let session = try ChunkSession(store)
    let shared = try (0..<50).map { try list(["shared \($0)"], &random, session: session) }
    let (one, other) = (
      try list(["one"], &random, session: session), try list(["other"], &random, session: session)
    )
    try session.commit()
    let old = ChunkList((shared[..<25] + [one] + shared[25...]).flatMap(\.chunks))
    let new = ChunkList((shared[..<25] + [other] + shared[25...]).flatMap(\.chunks))
    let alignment = ChunkAlignment(old, new, sharesChunks: true)
    #expect(alignment.before == one.chunks && alignment.after == other.chunks)
    // Others are not even there.
    for chunk in shared.flatMap(\.chunks) { try FileTree.remove(store.path(of: chunk.id)) }
    let sides = [alignment.before, alignment.after].map { chunks in
      RowComparison.Side(
        chunks: chunks, stretches: chunks.map { _ in 0 }, transform: nil,
        makeReader: { [store] in ChunkReader(store) })
    }
    let found = try RowComparison(before: sides[0], after: sides[1], key: []).run()
    #expect(found.added == 1 && found.removed == 1 && found.bytesRead == 10)
  }

  @Test("a row that is there very often is counted as often")
  func copies() throws {
    var random = Random(seed: 2)
    let (found, _) = try compare(
      Array(repeating: "same", count: 20_000), ["same"], key: [], waiting: 5, limit: 3, &random)
    #expect(found.removed == 19_999 && found.added == 0)
    #expect(found.onlyBefore.count == 3)
  }
}

/// The same numbers for the same seed.
private struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
