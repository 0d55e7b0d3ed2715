// Reads the fields of a list of chunks, each only in the one form in which it is written.

import Codecs

struct ListScanner {
  private let text: UnsafeRawBufferPointer
  private var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  /// - Returns: whether the next byte is this one; then it is passed.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func chunkID() -> ChunkID? {
    let end = position + ChunkID.digitCount
    guard end <= text.count,
      let id = ChunkID(hexadecimal: UnsafeRawBufferPointer(rebasing: text[position..<end]))
    else { return nil }
    position = end
    return id
  }

  /// A decimal number from 0.
  mutating func number() -> Int? {
    digits { digit in
      let value = digit &- UInt8(ascii: "0")
      return value < 10 ? value : nil
    }
  }

  /// A hexadecimal number of at most 128 bits.
  mutating func hexadecimal() -> UInt128? {
    digits(radix: 16, LowercaseHexadecimal.value(of:))
  }

  @inline(__always)
  private mutating func digits<Number: FixedWidthInteger>(
    radix: Number = 10, _ value: (UInt8) -> UInt8?
  ) -> Number? {
    let start = position
    var number: Number = 0
    while position < text.count, let digit = value(text[position]) {
      let (product, overflows) = number.multipliedReportingOverflow(by: radix)
      let (sum, overflowsToo) = product.addingReportingOverflow(Number(digit))
      if overflows || overflowsToo { return nil }
      number = sum
      position += 1
    }
    let hasLeadingZero = position > start + 1 && text[start] == UInt8(ascii: "0")
    return position == start || hasLeadingZero ? nil : number
  }
}
