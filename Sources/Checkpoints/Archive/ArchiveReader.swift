// Reads an archive from its beginning to its end, and checks every byte: chunks by their names, everything else by the list of
// checksums, which comes last. Nothing is written by a name that is in it.

import ChunkStore
import Codecs
import FileSystem
import Glibc

struct ArchiveReader {
  /// A chunk has at least one row, and a row at most 1 GiB.
  private static let limit = 2 << 30
  /// A line has some 140 bytes.
  private static let sumsLimit = 256 << 20

  let path: BytePath
  let id: CheckpointID

  struct Result {
    /// Of the file itself.
    var sha256 = ""
    var byteCount = 0
    var chunks: Set<ChunkID> = []
  }

  /// - Parameter take: gets every chunk.
  /// - Throws: `ArchivingProblem.damaged`, and what `take` throws.
  func read(take: (ChunkID, [UInt8]) throws -> Void = { _, _ in }) throws -> Result {
    do { return try readAll(take) } catch let error as TarError {
      throw ArchivingProblem.damaged(path, error.message)
    } catch let error as ExpansionError {
      throw ArchivingProblem.damaged(path, error.description)
    }
  }

  private func readAll(_ take: (ChunkID, [UInt8]) throws -> Void) throws -> Result {
    var result = Result()
    let file = try OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW)
    let whole = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let expander = try Expander(.zstd) {
      try Interruption.check()
      let piece = Array(buffer[..<(try file.bytes(into: &buffer))])
      piece.withUnsafeBytes { whole.update($0) }
      result.byteCount += piece.count
      return piece
    }
    let tar = try TarReader { try expander.next() }
    var (sums, listed): ([BytePath: String], [BytePath: String]?) = ([:], nil)
    while let entry = try tar.next() {
      if listed != nil { throw damaged("something follows the checksums") }
      guard let name = try name(of: entry) else { continue }
      if name == ArchiveLayout.sums {
        listed = self.sums(in: try contents(of: entry, tar, limit: Self.sumsLimit))
        continue
      }
      guard name.parent == ArchiveLayout.chunks else {
        sums[name] = try digest(of: tar)
        continue
      }
      let bytes = try contents(of: entry, tar, limit: Self.limit)
      let digest = SHA256.digest(bytes)
      sums[name] = digest.hexadecimal
      guard let chunk = ChunkID(digest: digest), chunk.description == name.lastComponent.description else {
        throw damaged("\(name) has other contents than its name says")
      }
      result.chunks.insert(chunk)
      try take(chunk, bytes)
    }
    while try !expander.next().isEmpty {}
    guard listed == sums else { throw damaged("its contents are not those in its list of checksums") }
    result.sha256 = whole.finish().hexadecimal
    return result
  }

  private func damaged(_ reason: String) -> ArchivingProblem { .damaged(path, reason) }

  /// - Returns: the name below the archive's only directory; nil for that directory and those in it.
  private func name(of entry: TarReader.Entry) throws -> BytePath? {
    switch entry.kind {
    case .directory: return nil
    case .file: break
    case .link, .other: throw damaged("it has something else than files")
    }
    let prefix = Array("\(id)/".utf8)
    guard entry.path.starts(with: prefix) else { throw damaged("it is not that of \(id)") }
    return BytePath(entry.path.dropFirst(prefix.count))
  }

  /// Of a file that can be as large as a whole working tree.
  private func digest(of tar: TarReader) throws -> String {
    let digest = SHA256()
    while case let piece = try tar.read(), !piece.isEmpty { piece.withUnsafeBytes { digest.update($0) } }
    return digest.finish().hexadecimal
  }

  private func contents(of entry: TarReader.Entry, _ tar: TarReader, limit: Int) throws -> [UInt8] {
    guard (0...limit).contains(entry.byteCount) else { throw damaged("it has a file that is too large") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(entry.byteCount, 8 << 20))
    while case let piece = try tar.read(), !piece.isEmpty { bytes += piece }
    return bytes
  }

  private func sums(in bytes: [UInt8]) -> [BytePath: String] {
    var sums: [BytePath: String] = [:]
    for line in bytes.split(separator: 0x0A) where line.count > 66 {
      sums[BytePath(line.dropFirst(66))] = String(decoding: line.prefix(64), as: UTF8.self)
    }
    return sums
  }
}
