// Cuts a table's rows into chunks, between rows. The hash for the table's fingerprint also chooses the boundaries. A chunker
// belongs to one thread.

import Codecs
import Glibc

package final class RowChunker {
  package typealias Emit = (_ chunk: UnsafeRawBufferPointer, _ rows: RowFingerprint) throws -> Void

  private let sizes: ChunkSizes
  private let emit: Emit
  private var buffer: UnsafeMutableRawBufferPointer
  private var count = 0
  private var fingerprint = RowFingerprint()

  package init(sizes: ChunkSizes = .standard, emit: @escaping Emit) {
    self.sizes = sizes
    self.emit = emit
    buffer = .allocate(byteCount: sizes.maximum, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// - Parameter row: the COPY text of one row with its newline. A row that is larger than the largest chunk becomes a chunk
  ///   of its own.
  package func append(row: UnsafeRawBufferPointer) throws {
    if count + row.count > sizes.maximum { try cut() }
    if row.count > buffer.count { resize(to: row.count) }
    (buffer.baseAddress.unsafelyUnwrapped + count).copyMemory(
      from: row.baseAddress.unsafelyUnwrapped, byteCount: row.count)
    count += row.count
    let hash = fingerprint.add(row: row)
    if count >= sizes.minimum && hash < sizes.threshold(for: row.count) { try cut() }
  }

  /// Emits the rows that are left. The chunker can then take another range of rows.
  package func finish() throws { try cut() }

  private func cut() throws {
    if count > 0 {
      try emit(UnsafeRawBufferPointer(rebasing: buffer[..<count]), fingerprint)
    }
    count = 0
    fingerprint = RowFingerprint()
    if buffer.count > sizes.maximum { resize(to: sizes.maximum) }
  }

  private func resize(to byteCount: Int) {
    buffer.deallocate()
    buffer = .allocate(byteCount: byteCount, alignment: 64)
  }
}
