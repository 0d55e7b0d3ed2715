// Where content is cut. The choice depends on the content alone, so the same bytes are cut at the same
// places wherever they stand, and a change moves only the cuts beside it.
// docs/design/store.md tells how the sizes were measured.

package struct ChunkSizes: Sendable {
  package var minimum: Int
  package var average: Int
  package var maximum: Int

  package static let standard = ChunkSizes(minimum: 256 << 10, average: 1 << 20, maximum: 4 << 20)

  /// The hash below which a unit of `byteCount` bytes ends a chunk, so that cuts come every
  /// `average - minimum` bytes once the minimum is reached, whatever the size of the units.
  @inline(__always)
  func threshold(for byteCount: Int) -> UInt64 {
    let spacing = UInt64(average - minimum)
    return UInt64(byteCount) >= spacing ? .max : (.max / spacing) * UInt64(byteCount)
  }
}
