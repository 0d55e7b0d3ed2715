// Digests, fingerprints of rows, compression, and the search for line ends.

import Codecs
import FileSystem
import FoundationEssentials
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "known messages have their known digests",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(message: String, digest: String) {
    #expect(SHA256.digest(Array(message.utf8)).hexadecimal == digest)
  }

  @Test("a million times “a”, in pieces of every size")
  func million() {
    let hash = SHA256()
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    var start = 0
    for size in 1... {
      let end = min(bytes.count, start + size)
      bytes[start..<end].withUnsafeBytes { hash.update($0) }
      start = end
      if start == bytes.count { break }
    }
    #expect(hash.finish().hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("the next message starts afresh")
  func reuse() {
    let hash = SHA256()
    let first = Array("abc".utf8).withUnsafeBytes { hash.digest($0) }
    let second = Array("abc".utf8).withUnsafeBytes { hash.digest($0) }
    #expect(first == second)
  }
}

@Suite("Fingerprints of rows")
struct RowFingerprintTests {
  @Test("the order of rows does not matter, their contents and number do")
  func orderIndependence() {
    let rows = Sample.rows(500)
    var random = FixedRandom(9)
    let fingerprint = Sample.fingerprint(rows)
    #expect(Sample.fingerprint(rows.shuffled(using: &random)) == fingerprint)
    #expect(Sample.fingerprint(Array(rows.dropLast())) != fingerprint)
    #expect(Sample.fingerprint(rows + [rows[0]]) != fingerprint)
    #expect(Sample.fingerprint([rows[0], rows[0]]) != Sample.fingerprint([]))
    var changed = rows
    changed[17][0] ^= 1
    #expect(Sample.fingerprint(changed) != fingerprint)
  }

  @Test("the fingerprint of parts is the sum of their fingerprints")
  func sums() {
    let rows = Sample.rows(300)
    var sum = Sample.fingerprint(Array(rows[..<100]))
    sum += Sample.fingerprint(Array(rows[100..<101])) + Sample.fingerprint(Array(rows[101...]))
    #expect(sum == Sample.fingerprint(rows))
    #expect(RowFingerprint() + sum == sum)
  }

  @Test("the sum wraps instead of stopping the program")
  func wraps() {
    let most = RowFingerprint(rowCount: 1, sum: .max)
    #expect((most + most).sum == UInt128.max - 1)
  }

  @Test("lines counted in one go are the rows counted one by one")
  func lines() {
    let rows = Sample.rows(200)
    var fingerprint = RowFingerprint()
    Array(rows.joined()).withUnsafeBytes { fingerprint.add(lines: $0) }
    #expect(fingerprint == Sample.fingerprint(rows))
    fingerprint.add(lines: UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(fingerprint.rowCount == 200)
  }

  @Test("a fingerprint survives being written as text and as JSON")
  func text() throws {
    for fingerprint in [RowFingerprint(), Sample.fingerprint(Sample.rows(3)), .init(rowCount: 7, sum: .max)] {
      #expect(RowFingerprint(fingerprint.description) == fingerprint)
      let data = try JSONEncoder().encode([fingerprint])
      #expect(try JSONDecoder().decode([RowFingerprint].self, from: data) == [fingerprint])
    }
    #expect(RowFingerprint(rowCount: 10, sum: 255).description == "10:ff")
  }

  @Test(
    "other text is no fingerprint",
    arguments: ["", ":", "1", "1:", "x:1", "1:g", "1:1:1", "1:" + String(repeating: "f", count: 33)])
  func badText(text: String) {
    #expect(RowFingerprint(text) == nil)
  }
}

@Suite("Compression")
struct ZstdTests {
  private func compress(_ bytes: [UInt8]) throws -> [UInt8] {
    let compressor = ZstdCompressor()
    return try bytes.withUnsafeBytes { Array(try compressor.compress($0)) }
  }

  private func decompress(_ frame: [UInt8], limit: Int = 1 << 30, buffer: Int = 0) throws -> [UInt8] {
    var output = [UInt8](repeating: 0, count: buffer)
    let decompressor = ZstdDecompressor()
    let count = try frame.withUnsafeBytes { try decompressor.decompress($0, into: &output, limit: limit) }
    return Array(output[..<count])
  }

  @Test("what was compressed comes back", arguments: [0, 1, 2, 255, 70_000, 3_000_000])
  func roundTrip(count: Int) throws {
    var random = FixedRandom(UInt64(count))
    let noise = random.bytes(count)
    let text = Array(repeating: UInt8(ascii: "t"), count: count)
    #expect(try decompress(compress(noise)) == noise)
    #expect(try decompress(compress(text)) == text)
    if count > 1000 { #expect(try compress(text).count < count / 100) }
  }

  @Test("one context serves one buffer after another, larger and smaller")
  func reuse() throws {
    let compressor = ZstdCompressor()
    let decompressor = ZstdDecompressor()
    var random = FixedRandom(3)
    var output: [UInt8] = []
    for count in [10, 100_000, 0, 5000, 200_000, 1] {
      let bytes = random.bytes(count)
      let frame = try bytes.withUnsafeBytes { try compressor.compress($0) }
      let length = try decompressor.decompress(frame, into: &output, limit: 1 << 20)
      #expect(Array(output[..<length]) == bytes)
    }
  }

  @Test("a changed bit is noticed, or changes nothing")
  func damage() throws {
    let bytes = Array(Sample.rows(30).joined())
    let frame = try compress(bytes)
    for index in frame.indices {
      for bit in 0..<8 {
        var damaged = frame
        damaged[index] ^= 1 << UInt8(bit)
        guard let output = try? decompress(damaged, limit: 1 << 20) else { continue }
        #expect(output == bytes, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test("a frame that is cut short is refused at every length")
  func truncated() throws {
    let frame = try compress(Array(Sample.rows(5).joined()))
    for count in 0..<frame.count {
      #expect(throws: ZstdError.self) { try decompress(Array(frame[..<count])) }
    }
  }

  @Test("more than one frame is refused, whatever the size of the buffer", arguments: [0, 10_000])
  func surplus(buffer: Int) throws {
    let frame = try compress(Array("a chunk".utf8))
    #expect(throws: ZstdError.self) { try decompress(frame + frame, buffer: buffer) }
    #expect(throws: ZstdError.self) { try decompress(frame + [0], buffer: buffer) }
  }

  @Test("a frame that claims more than the limit is refused before anything is reserved")
  func limit() throws {
    let frame = try compress([UInt8](repeating: 0, count: 1001))
    #expect(throws: ZstdError.self) { try decompress(frame, limit: 1000) }
    #expect(try decompress(frame, limit: 1001).count == 1001)
    // Magic, a header with an 8-byte content size, and a size beyond everything.
    let huge: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0] + [UInt8](repeating: 0x7F, count: 8)
    #expect(throws: ZstdError.self) { try decompress(huge) }
  }

  @Test("bytes that are no frame are refused")
  func noise() {
    #expect(throws: ZstdError.self) { try decompress([]) }
    #expect(throws: ZstdError.self) { try decompress(Array("plain text".utf8)) }
  }

  @Test("the stock zstd program reads our frames, alone and one after another")
  func stockProgram() throws {
    guard (try? Subprocess(["zstd", "--version"]).output()) != nil else { return }
    let rows = Sample.rows(100).map { Array($0) }
    let frames = try rows.flatMap { try compress($0) }
    #expect(try Subprocess(["zstd", "-dc"]).output(input: frames) == Array(rows.joined()))
  }
}

@Suite("Line ends")
struct LineScanTests {
  @Test(
    "a line ends with its newline, the last one where the text ends",
    arguments: [("a\nb", 2), ("\n", 1), ("abc", 3), ("", 0), ("\\n\n", 3)])
  func end(text: String, expected: Int) {
    #expect(Array(text.utf8).withUnsafeBytes { LineScan.end(of: $0) } == expected)
  }
}
