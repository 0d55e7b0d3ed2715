// Reads a tar archive from its beginning, by libarchive: all of tar's formats, names as bytes. Names are not checked here;
// the caller must not trust them.

import CLibArchive
import Glibc

package final class TarReader {
  package struct Entry {
    package enum Kind {
      case file, directory
      case link(target: [UInt8])
      case other
    }

    package var path: [UInt8]
    package var kind: Kind
    package var byteCount: Int
    package var permissions: UInt32
  }

  private final class Feed {
    let pull: () throws -> [UInt8]
    var piece: [UInt8] = []
    var failure: (any Error)?
    init(_ pull: @escaping () throws -> [UInt8]) { self.pull = pull }
  }

  private static let pieceBytes = 1 << 18

  private let archive: OpaquePointer
  private let feed: Feed
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)

  /// - Parameter pull: returns pieces of the uncompressed archive, and an empty one at its end.
  package init(_ pull: @escaping () throws -> [UInt8]) throws {
    try TarError.throwIfMissing()
    // This fails only without memory, and then Swift, too, ends the program.
    guard let archive = archive_read_new() else { fatalError("out of memory") }
    self.archive = archive
    feed = Feed(pull)
    try check(archive_read_support_filter_none(archive))
    try check(archive_read_support_format_tar(archive))
    try check(
      archive_read_open(
        archive, Unmanaged.passUnretained(feed).toOpaque(), nil,
        { _, context, bytes in
          guard let context else { return -1 }
          let feed = Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
          do {
            feed.piece = try feed.pull()
            // The pointer stays valid until the next call, because nothing else touches the piece.
            feed.piece.withUnsafeBytes { bytes?.pointee = $0.baseAddress }
            return feed.piece.count
          } catch {
            feed.failure = feed.failure ?? error
            return -1
          }
        }, nil))
  }

  deinit {
    archive_read_free(archive)
    buffer.deallocate()
  }

  private func check(_ code: Int32) throws {
    if let failure = feed.failure { throw failure }
    if code < ARCHIVE_WARN {
      throw TarError(message: archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
    }
  }

  /// The next entry; nil at the end.
  package func next() throws -> Entry? {
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    if code == ARCHIVE_EOF { return nil }
    try check(code)
    guard let entry, let path = archive_entry_pathname(entry) else {
      throw TarError(message: "an entry has no name")
    }
    func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
      Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
    let kind: Entry.Kind =
      switch archive_entry_filetype(entry) {
      case 0o100000: archive_entry_hardlink(entry) == nil ? .file : .other
      case 0o040000: .directory
      case 0o120000: .link(target: archive_entry_symlink(entry).map(bytes) ?? [])
      default: .other
      }
    return Entry(
      path: bytes(path), kind: kind, byteCount: Int(archive_entry_size(entry)),
      permissions: UInt32(archive_entry_perm(entry)) & 0o7777)
  }

  /// The next piece of the current entry's bytes; an empty one at its end.
  package func read() throws -> [UInt8] {
    let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
    if count < 0 { try check(Int32(clamping: min(count, Int(ARCHIVE_FATAL)))) }
    return Array(buffer[..<max(0, count)])
  }
}
