// A file to be imported. Its contents show what it is; its name does not matter.

import Codecs
import FileSystem
import Glibc

package struct DumpFile: Sendable {
  package enum Kind: Sendable, Equatable {
    /// A script for psql.
    case script
    /// pg_dump's archives.
    case custom, tarArchive, directory
    /// What `export --format tar.gz` writes.
    case project
  }

  package let path: BytePath
  package let kind: Kind
  let compression: Compression

  /// - Throws: `ImportProblem.foreignFile` and `.unknownFile`, and `SystemError` if it cannot be read.
  package init(_ path: BytePath) throws {
    self.path = path
    var raw = stat()
    guard path.withCString({ stat($0, &raw) }) == 0 else { throw SystemError(operation: "read", path: path) }
    if raw.st_mode & S_IFMT == S_IFDIR {
      guard FileTree.exists(path.appending("toc.dat")) else {
        if FileTree.exists(path.appending("PG_VERSION")) {
          throw ImportProblem.foreignFile(path, .dataDirectory)
        }
        throw ImportProblem.unknownFile(path)
      }
      (kind, compression) = (.directory, .none)
      return
    }
    // Only a regular file can be read several times.
    guard raw.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(code: EINVAL, operation: "read", path: path, words: "it is not a regular file")
    }
    let compression = Compression(start: try Self.pieces(path, .none)())
    self.compression = compression
    kind = try Self.kind(path, compression)
  }

  private static func kind(_ path: BytePath, _ compression: Compression) throws -> Kind {
    let pieces = try pieces(path, compression)
    var start: [UInt8] = []
    while start.count < 512, case let piece = try pieces(), !piece.isEmpty { start += piece }
    if start.starts(with: "PGDMP".utf8) { return .custom }
    if start.count >= 512, start[257..<262].elementsEqual("ustar".utf8) {
      return try tarKind(path, compression)
    }
    if let foreign = ForeignFile(start) { throw ImportProblem.foreignFile(path, foreign) }
    let text = start.prefix(4096)
    // Text has no control characters except white space.
    let isPrintable = !text.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) || $0 == 0x7F }
    // But a dump, which begins with a comment, can have names with anything but zero bytes.
    let isText = isPrintable || text.starts(with: "--".utf8) && !text.contains(0)
    guard isText, !text.allSatisfy({ $0 <= 0x20 }) else { throw ImportProblem.unknownFile(path) }
    return .script
  }

  private static func tarKind(_ path: BytePath, _ compression: Compression) throws -> Kind {
    let tar = try TarReader(pieces(path, compression))
    while let entry = try tar.next() {
      if entry.path.elementsEqual("toc.dat".utf8) { return .tarArchive }
      if ProjectFile(entry.path) != nil { return .project }
      let name = BytePath(entry.path).components.last
      if name == "PG_VERSION" || name == "backup_label" {
        throw ImportProblem.foreignFile(path, .baseBackup)
      }
    }
    throw ImportProblem.unknownFile(path)
  }

  /// Its expanded bytes, piece by piece.
  package func pieces() throws -> () throws -> [UInt8] { try Self.pieces(path, compression) }

  private static func pieces(_ path: BytePath, _ compression: Compression) throws -> () throws -> [UInt8] {
    let file = try OpenFile.open(path, flags: O_RDONLY)
    let read: () throws -> [UInt8] = {
      try Interruption.check()
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
      defer { buffer.deallocate() }
      return Array(buffer[..<(try file.read(into: buffer))])
    }
    if compression == .none { return read }
    let expander = try Expander(compression, read)
    return { try expander.next() }
  }
}
