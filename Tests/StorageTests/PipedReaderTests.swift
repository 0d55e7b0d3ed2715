// A child's output read at the reader's pace: lines and pieces, failures in their place, nothing left running.

import FileSystem
import TestSupport
import Testing

@Suite("Piped readers")
struct PipedReaderTests {
  init() { _ = BrokenPipes.areIgnored }

  private func read(_ reader: PipedReader, _ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes += try reader.piece(atMost: count - bytes.count) }
    return bytes
  }

  @Test("lines and pieces come in order, whatever bytes they hold")
  func linesAndPieces() throws {
    let reader = try PipedReader(Subprocess(["printf", "one\\n\\n\\377\\0rest\\n"]), input: [])
    #expect(try reader.line() == Array("one".utf8))
    #expect(try reader.line() == [])
    #expect(try read(reader, 2) == [0xFF, 0])
    #expect(try reader.line() == Array("rest".utf8))
    try reader.finish()
  }

  @Test("much input and much output at once do not block each other")
  func bothWays() throws {
    let input = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
    let reader = try PipedReader(Subprocess(["cat"]), input: input)
    #expect(try read(reader, input.count) == input)
    try reader.finish()
  }

  @Test("output that ends early is the child's failure")
  func failure() throws {
    let reader = try PipedReader(Subprocess(["sh", "-c", "printf ab; echo why >&2; exit 5"]), input: [])
    #expect(try read(reader, 2) == Array("ab".utf8))
    let error = #expect(throws: SubprocessError.self) { try reader.piece(atMost: 1).count }
    #expect(error?.reason == .failed(status: 5))
    #expect(error?.message == "why")
  }

  @Test("output that ends early without a failure is an error as well")
  func shortOutput() throws {
    let reader = try PipedReader(Subprocess(["printf", "no newline"]), input: [])
    #expect(throws: SubprocessError.self) { try reader.line() }
  }

  @Test("a failure after the last byte is found at the end")
  func lateFailure() throws {
    let reader = try PipedReader(Subprocess(["sh", "-c", "echo all; exit 4"]), input: [])
    #expect(try reader.line() == Array("all".utf8))
    let error = #expect(throws: SubprocessError.self) { try reader.finish() }
    #expect(error?.reason == .failed(status: 4))
  }

  @Test("a reader that is given up ends its child")
  func abandoned() throws {
    var reader: PipedReader? = try PipedReader(
      Subprocess(["yes"]), input: [UInt8](repeating: 0, count: 1 << 20))
    let first = try reader?.line()
    #expect(first == Array("y".utf8))
    reader = nil
  }
}
