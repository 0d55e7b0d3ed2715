// The data after the table of contents of an uncompressed archive in pg_dump's custom format, as digests
// (src/bin/pg_dump/pg_backup_custom.c).

import Codecs

enum ArchiveData {
  private enum Block: UInt8 {
    case data = 1
    case largeObjects = 3
  }

  /// Calls `body` with each block's entry and the SHA-256 of its contents. The table of contents must have been read.
  static func forEach(_ input: ArchiveInput, _ body: (Int, String) throws -> Void) throws {
    while try !input.isAtEnd {
      guard let block = Block(rawValue: try input.byte()) else {
        throw ArchiveProblem.damaged("a block of its data has an unknown kind")
      }
      let entry = try input.integer()
      let digest = SHA256()
      switch block {
      case .data: try hashPieces(input, digest)
      case .largeObjects:
        while case let object = try input.integer(), object != 0 {
          withUnsafeBytes(of: object.littleEndian) { digest.update($0) }
          try hashPieces(input, digest)
        }
      }
      try body(entry, digest.finish().hexadecimal)
    }
  }

  /// Hashes pieces, each of which follows its length; a length of 0 ends them. How the data is cut into pieces does not
  /// matter.
  private static func hashPieces(_ input: ArchiveInput, _ digest: SHA256) throws {
    while case let count = try input.integer(), count != 0 {
      guard count > 0 else { throw ArchiveProblem.damaged("a piece of its data has \(count) bytes") }
      try input.pieces(count) { digest.update($0) }
    }
  }
}
