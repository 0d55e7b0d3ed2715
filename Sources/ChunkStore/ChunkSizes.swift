// Where content is cut into chunks. That depends only on the content, so equal bytes are cut at equal places wherever they
// are, and a change moves only the cuts next to it. docs/design/store.md has the measurements behind the sizes.

package struct ChunkSizes: Sendable {
  package var minimum: Int
  package var average: Int
  package var maximum: Int

  package static let standard = ChunkSizes(minimum: 256 << 10, average: 1 << 20, maximum: 4 << 20)

  /// A unit of `byteCount` bytes ends a chunk if its hash is below this number. After the minimum, cuts then come every
  /// `average - minimum` bytes on average, whatever the size of the units.
  @inline(__always)
  func threshold(for byteCount: Int) -> UInt64 {
    let spacing = UInt64(average - minimum)
    return UInt64(byteCount) >= spacing ? .max : (.max / spacing) * UInt64(byteCount)
  }
}
