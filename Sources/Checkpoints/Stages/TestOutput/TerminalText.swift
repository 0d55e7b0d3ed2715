// Text without the sequences that move a terminal's cursor or change its colors.

enum TerminalText {
  static func plain(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x1B) else { return bytes }
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] != 0x1B {
        plain.append(bytes[index])
        index += 1
      } else {
        index = end(ofSequenceAt: index, bytes)
      }
    }
    return plain
  }

  private static func end(ofSequenceAt start: Int, _ bytes: [UInt8]) -> Int {
    var index = start + 1
    guard index < bytes.count else { return index }
    switch bytes[index] {
    case UInt8(ascii: "["):
      index += 1
      while index < bytes.count, (0x20...0x3F).contains(bytes[index]) { index += 1 }
      return min(index + 1, bytes.count)
    case UInt8(ascii: "]"):
      // A title or a link: up to its end mark, but not beyond its line.
      while index < bytes.count, bytes[index] != 0x07, bytes[index] != 0x0A {
        if bytes[index] == 0x1B, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\\") {
          return index + 2
        }
        index += 1
      }
      return index < bytes.count && bytes[index] == 0x07 ? index + 1 : index
    default: return index + 1
    }
  }
}
