// Writes a tar archive in GNU's format, by libarchive: names are bytes of any length, sizes have no limit. It contains no
// owners, and only the times that it is given, so equal contents make equal archives.

import CLibArchive
import Glibc

package final class TarWriter {
  package enum Kind {
    case file(byteCount: Int)
    case directory
    case link(target: [UInt8])
  }

  /// The context of libarchive's callback.
  private final class Sink {
    let write: (UnsafeRawBufferPointer) throws -> Void
    var failure: (any Error)?
    init(_ write: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.write = write }
  }

  // AE_IFREG and the like: Swift does not import them, because they are macros with casts.
  private static let (regular, directory, symbolicLink): (UInt32, UInt32, UInt32) = (
    0o100000, 0o040000, 0o120000
  )
  private static let blockBytes: Int32 = 1 << 18

  private let archive: OpaquePointer
  private let sink: Sink
  /// How many bytes of the current file are still to come.
  private var missing = 0

  /// - Parameter write: gets the archive's bytes.
  package init(_ write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    try TarError.throwIfMissing()
    // This fails only without memory, and then Swift, too, ends the program.
    guard let archive = archive_write_new() else { fatalError("out of memory") }
    self.archive = archive
    sink = Sink(write)
    try check(archive_write_set_format_gnutar(archive))
    try check(archive_write_add_filter_none(archive))
    try check(archive_write_set_bytes_per_block(archive, Self.blockBytes))
    try check(archive_write_set_bytes_in_last_block(archive, 1))
    try check(
      archive_write_open(
        archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
        { _, context, bytes, count in
          guard let context else { return -1 }
          let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
          do {
            try sink.write(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
          } catch {
            sink.failure = sink.failure ?? error
            return -1
          }
        }, nil))
  }

  deinit {
    // An archive that is not finished must not get an end mark.
    archive_write_fail(archive)
    archive_write_free(archive)
  }

  private func check(_ code: Int32) throws {
    if let failure = sink.failure { throw failure }
    // Warnings are about names that cannot be converted to other character sets, which GNU's format does not need.
    if code < ARCHIVE_WARN { throw TarError(message: lastMessage) }
  }

  private var lastMessage: String { archive_error_string(archive).map { String(cString: $0) } ?? "unknown" }

  /// Begins an entry. If it is a file, its bytes must follow, by `write`.
  /// - Parameter modified: seconds since 1970.
  package func add(_ path: some Sequence<UInt8>, _ kind: Kind, permissions: UInt32, modified: Int) throws {
    try requireComplete()
    // As above.
    guard let entry = archive_entry_new() else { fatalError("out of memory") }
    defer { archive_entry_free(entry) }
    archive_entry_copy_pathname(entry, path.map { CChar(bitPattern: $0) } + [0])
    archive_entry_set_mtime(entry, modified, 0)
    archive_entry_set_perm(entry, mode_t(permissions))
    archive_entry_set_size(entry, 0)
    switch kind {
    case .file(let byteCount):
      archive_entry_set_filetype(entry, Self.regular)
      archive_entry_set_size(entry, Int64(byteCount))
      missing = byteCount
    case .directory: archive_entry_set_filetype(entry, Self.directory)
    case .link(let target):
      archive_entry_set_filetype(entry, Self.symbolicLink)
      archive_entry_copy_symlink(entry, target.map { CChar(bitPattern: $0) } + [0])
    }
    try check(archive_write_header(archive, entry))
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count <= missing else {
      throw TarError(message: "a file has more bytes than its header says")
    }
    missing -= bytes.count
    var rest = bytes
    while !rest.isEmpty {
      let count = archive_write_data(archive, rest.baseAddress, rest.count)
      if let failure = sink.failure { throw failure }
      if count <= 0 { throw TarError(message: lastMessage) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private func requireComplete() throws {
    if missing > 0 { throw TarError(message: "a file has \(missing) bytes less than its header says") }
  }

  package func finish() throws {
    try requireComplete()
    try check(archive_write_close(archive))
  }
}
