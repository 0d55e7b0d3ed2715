// Work in parallel, results in order; and the streams that are made of pieces compressed so.

import Codecs
import FileSystem
import TestSupport
import Testing

@Suite("Ordered work")
struct OrderedWorkTests {
  private struct Failure: Error {}

  @Test("results come in the order of the work, however long each takes", arguments: [1, 2, 5])
  func order(workers: Int) throws {
    var found: [Int] = []
    try OrderedWork<Int, Int>.run(
      workers: workers,
      makeWorker: {
        { number in
          var sum = number
          for _ in 0..<(number % 7) * 1000 { sum = (sum &* 31) % 1009 }
          return sum < 0 ? -1 : number
        }
      },
      deliver: { number, result in
        #expect(number == result)
        found.append(result)
      }, giving: { work throws in for number in 0..<500 { #expect(try work.submit(number) == number) } })
    #expect(found == Array(0..<500))
  }

  @Test("an error of a worker, of who gives and of who takes ends everything")
  func errors() throws {
    #expect(throws: Failure.self) {
      try OrderedWork<Int, Int>.run(
        workers: 2, makeWorker: { { if $0 == 50 { throw Failure() } else { return $0 } } },
        deliver: { number, _ in #expect(number < 50) },
        giving: { work in for number in 0..<1000 { try work.submit(number) } })
    }
    #expect(throws: Failure.self) {
      try OrderedWork<Int, Int>.run(
        workers: 2, makeWorker: { { $0 } }, deliver: { _, _ in },
        giving: { work in
          try work.submit(1)
          throw Failure()
        })
    }
    #expect(throws: Failure.self) {
      try OrderedWork<Int, Int>.run(
        workers: 2, makeWorker: { { $0 } }, deliver: { number, _ in if number == 3 { throw Failure() } },
        giving: { work in for number in 0..<1000 { try work.submit(number) } })
    }
    #expect(throws: Failure.self) {
      try OrderedWork<Int, Int>.run(
        workers: 2, makeWorker: { throw Failure() }, deliver: { _, _ in },
        giving: {
          try $0.submit(1)
        })
    }
  }
}

@Suite("Deflate in pieces")
struct DeflateTests {
  /// Random, repeating, empty, long.
  private static let pieces: [[UInt8]] = [
    Array("hello ".utf8), [], [UInt8](repeating: 7, count: 3_000_000),
    (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }, Array("\n".utf8),
  ]

  private func stream(_ container: DeflateContainer, _ pieces: [[UInt8]]) throws -> [UInt8] {
    let compressor = try DeflateCompressor(container, level: 3)
    var bytes = container.head
    var summary = DeflateSummary(container)
    for piece in pieces {
      let made = try compressor.piece { add in
        // In parts, too.
        for start in stride(from: 0, to: piece.count, by: 1_000_003) {
          try Array(piece[start..<min(start + 1_000_003, piece.count)]).withUnsafeBytes(add)
        }
      }
      bytes += made.bytes
      summary.append(made.summary)
    }
    #expect(summary.byteCount == pieces.reduce(0) { $0 + $1.count })
    return bytes + summary.end
  }

  @Test("gunzip takes pieces as one stream", arguments: [0, 1, 2, 5])
  func gunzip(count: Int) throws {
    let pieces = Array(Self.pieces.prefix(count))
    let packed = try stream(.gzip, pieces)
    let result = try Program.run(["gunzip", "-c"], input: packed).succeeded()
    let isEqual = result.output == pieces.flatMap { $0 }
    #expect(isEqual && result.errorText.isEmpty)
  }

  @Test("zlib takes pieces as one stream, and sees each damage")
  func inflate() throws {
    let packed = try stream(.zlib, Self.pieces)
    func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
      var (rest, found): (ArraySlice<UInt8>, [UInt8]) = (bytes[...], [])
      try ZlibStream.inflate(
        from: { buffer in
          let piece = rest.prefix(buffer.count)
          buffer.copyBytes(from: piece)
          rest = rest.dropFirst(piece.count)
          return piece.count
        }, to: { found.append(contentsOf: $0) })
      return found
    }
    let isEqual = try inflated(packed) == Self.pieces.flatMap { $0 }
    #expect(isEqual)
    var damaged = packed
    damaged[packed.count - 1] ^= 1
    #expect(throws: ZlibError.self) { try inflated(damaged) }
  }

  @Test("MD5 has its known digests")
  func md5() {
    #expect(MD5.digest([]).hexadecimal == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(MD5.digest(Array("abc".utf8)).hexadecimal == "900150983cd24fb0d6963f7d28e17f72")
  }
}
