// Archives that another program wrote: nothing in them decides anything, and each is refused with its reason.

import ChunkStore
import Codecs
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Archives of others")
struct HostileArchiveTests {
  private static let content = Array("a chunk\n".utf8)

  private struct Sample {
    let directory: TemporaryDirectory
    let id: CheckpointID

    init() throws {
      directory = try TemporaryDirectory()
      id = CheckpointID(
        name: try CheckpointName("old"), at: Timestamp(millisecondsSinceEpoch: 1_800_000_000_000), number: 1)
    }

    var path: BytePath { directory.path.appending("a.tar.zst") }

    /// Writes an archive, whatever `fill` puts into it.
    func write(_ fill: (TarWriter) throws -> Void) throws {
      var bytes: [UInt8] = []
      let stream = ZstdStream { bytes += $0 }
      let tar = try TarWriter { try stream.add($0) }
      try fill(tar)
      try tar.finish()
      try stream.finish()
      try SystemFileOperations().replaceFile(path, with: bytes)
    }

    func add(_ name: String, _ bytes: [UInt8], _ tar: TarWriter) throws {
      try tar.add(name.utf8, .file(byteCount: bytes.count), permissions: 0o600, modified: 0)
      try bytes.withUnsafeBytes(tar.write)
    }

    func sums(_ files: [String: [UInt8]]) -> [UInt8] {
      files.flatMap { Array("\(SHA256.digest($1).hexadecimal)  \($0)\n".utf8) }
    }

    func read() throws -> ArchiveReader.Result { try ArchiveReader(path: path, id: id).read() }

    func expectRefused(_ reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
      do {
        _ = try read()
        Issue.record("it was read", sourceLocation: sourceLocation)
      } catch {
        #expect("\(error)".contains(reason), sourceLocation: sourceLocation)
        #expect(error is ArchivingProblem, sourceLocation: sourceLocation)
      }
    }
  }

  private static var chunk: String { "chunks/\(SHA256.digest(content).hexadecimal)" }

  @Test("one that is whole is read")
  func whole() throws {
    let sample = try Sample()
    try sample.write { tar in
      try sample.add("\(sample.id)/\(Self.chunk)", Self.content, tar)
      try sample.add("\(sample.id)/SHA256SUMS", sample.sums([Self.chunk: Self.content]), tar)
    }
    let found = try sample.read()
    #expect(found.chunks == [ChunkID(digest: SHA256.digest(Self.content))])
    #expect(found.sha256 == SHA256.digest(try FileTree.readAll(sample.path)).hexadecimal)
  }

  @Test("a chunk must be what its name says")
  func wrongChunk() throws {
    let sample = try Sample()
    let other = Array("another\n".utf8)
    try sample.write { tar in
      try sample.add("\(sample.id)/\(Self.chunk)", other, tar)
      try sample.add("\(sample.id)/SHA256SUMS", sample.sums([Self.chunk: other]), tar)
    }
    sample.expectRefused("other contents than its name says")
  }

  @Test("every file must be in the list of checksums, and the list must come last")
  func sums() throws {
    let sample = try Sample()
    try sample.write { try sample.add("\(sample.id)/\(Self.chunk)", Self.content, $0) }
    sample.expectRefused("list of checksums")
    try sample.write { tar in
      try sample.add("\(sample.id)/SHA256SUMS", sample.sums([Self.chunk: Self.content]), tar)
      try sample.add("\(sample.id)/\(Self.chunk)", Self.content, tar)
    }
    sample.expectRefused("follows the checksums")
    try sample.write { tar in
      try sample.add("\(sample.id)/SHA256SUMS", sample.sums([Self.chunk: Self.content]), tar)
    }
    sample.expectRefused("list of checksums")
  }

  @Test("links, and files of other places, are refused")
  func places() throws {
    let sample = try Sample()
    for name in ["/etc/passwd", "../\(sample.id)/README.md", "another_20260101_000000/README.md"] {
      try sample.write { try sample.add(name, Self.content, $0) }
      sample.expectRefused("not that of")
    }
    try sample.write { tar in
      try tar.add(
        "\(sample.id)/README.md".utf8, .link(target: Array("/etc/passwd".utf8)), permissions: 0o777,
        modified: 0)
    }
    sample.expectRefused("something else than files")
  }

  @Test("a file that is cut off, or is none, is damaged")
  func cutOff() throws {
    let sample = try Sample()
    try sample.write { tar in
      try sample.add("\(sample.id)/\(Self.chunk)", Self.content, tar)
      try sample.add("\(sample.id)/SHA256SUMS", sample.sums([Self.chunk: Self.content]), tar)
    }
    let bytes = try FileTree.readAll(sample.path)
    for count in [0, 1, bytes.count / 2, bytes.count - 1] {
      try SystemFileOperations().replaceFile(sample.path, with: Array(bytes.prefix(count)))
      sample.expectRefused("is damaged")
    }
    try SystemFileOperations().replaceFile(sample.path, with: Array("no archive".utf8))
    sample.expectRefused("is damaged")
    // What follows the archive is not in its checksums.
    try SystemFileOperations().replaceFile(sample.path, with: bytes + Array("more".utf8))
    sample.expectRefused("is damaged")
  }
}
