// Numbers and texts in pg_dump's form, which `ArchiveInput` reads.

package struct ArchiveOutput {
  package private(set) var bytes: [UInt8] = []
  private let integerByteCount: Int
  private let offsetByteCount: Int

  init(integerByteCount: Int, offsetByteCount: Int) {
    (self.integerByteCount, self.offsetByteCount) = (integerByteCount, offsetByteCount)
  }

  mutating func byte(_ value: UInt8) { bytes.append(value) }
  mutating func raw(_ value: some Sequence<UInt8>) { bytes += value }

  mutating func integer(_ value: Int) {
    bytes.append(value < 0 ? 1 : 0)
    magnitude(UInt64(value.magnitude), integerByteCount)
  }

  mutating func magnitude(_ value: UInt64, _ byteCount: Int) {
    for shift in 0..<byteCount { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
  }

  mutating func offset(_ value: UInt64) { magnitude(value, offsetByteCount) }

  mutating func text(_ value: [UInt8]?) {
    guard let value else { return integer(-1) }
    integer(value.count)
    bytes += value
  }

  mutating func text(_ value: String) { text(Array(value.utf8)) }
}
