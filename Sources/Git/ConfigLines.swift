// The lines of the keys in one of git's configuration files. `git config --list` says which file a value comes from, but not
// which line; a message about a misspelt key needs both. The file is read by git's own grammar
// (git-config(1), “Syntax”), keys only. Reading ends at the first text that git would refuse.

package struct ConfigLines: Sendable {
  package struct Key: Sendable, Hashable {
    /// As git lists it: section and key in lower case, the subsection as it is written.
    package var name: String
    /// The line of the key, counted from 1.
    package var line: Int
  }

  /// In the order of the file.
  package private(set) var keys: [Key] = []

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var section: [UInt8] = []

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while readItem() {}
  }

  private var next: UInt8? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    // A carriage return counts only if no line end follows it.
    if byte == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { return 0x0A }
    return byte
  }

  private mutating func take() -> UInt8? {
    guard let byte = next else { return nil }
    position += bytes[position] == byte ? 1 : 2
    if byte == 0x0A { line += 1 }
    return byte
  }

  /// - Returns: false at the end, or if git would read no further.
  private mutating func readItem() -> Bool {
    guard let byte = take() else { return false }
    switch byte {
    case 0x20, 0x09...0x0D: return true
    case UInt8(ascii: "#"), UInt8(ascii: ";"):
      skipComment()
      return true
    case UInt8(ascii: "["): return readSection()
    default: return Self.isLetter(byte) && readKey(byte)
    }
  }

  private mutating func skipComment() { while let byte = next, byte != 0x0A { _ = take() } }

  private mutating func readSection() -> Bool {
    section = []
    while let byte = take() {
      if byte == UInt8(ascii: "]") { return true }
      if byte == 0x20 || byte == 0x09 { return readSubsection() }
      guard Self.isPartOfKey(byte) || byte == UInt8(ascii: ".") else { return false }
      section.append(Self.lowercased(byte))
    }
    return false
  }

  private mutating func readSubsection() -> Bool {
    while next == 0x20 || next == 0x09 { _ = take() }
    guard take() == UInt8(ascii: "\"") else { return false }
    section.append(UInt8(ascii: "."))
    while var byte = take() {
      if byte == UInt8(ascii: "\"") { return take() == UInt8(ascii: "]") }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = take() else { return false }
        byte = escaped
      }
      if byte == 0x0A { return false }
      section.append(byte)
    }
    return false
  }

  private mutating func readKey(_ first: UInt8) -> Bool {
    var name = [Self.lowercased(first)]
    let start = line
    while let byte = next, Self.isPartOfKey(byte) {
      name.append(Self.lowercased(byte))
      _ = take()
    }
    while next == 0x20 || next == 0x09 { _ = take() }
    let key = Key(name: String(decoding: section + [UInt8(ascii: ".")] + name, as: UTF8.self), line: start)
    switch take() {
    case nil, 0x0A: break
    case UInt8(ascii: "="): guard skipValue() else { return false }
    default: return false
    }
    keys.append(key)
    return true
  }

  /// - Returns: false if a quotation is left open.
  private mutating func skipValue() -> Bool {
    var isQuoted = false
    while let byte = take() {
      switch byte {
      case 0x0A: return !isQuoted
      case UInt8(ascii: "\""): isQuoted.toggle()
      // A line end after it goes on with the value.
      case UInt8(ascii: "\\"): _ = take()
      case UInt8(ascii: "#") where !isQuoted, UInt8(ascii: ";") where !isQuoted: skipComment()
      default: break
      }
    }
    return !isQuoted
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= lowercased(byte)
  }

  private static func isPartOfKey(_ byte: UInt8) -> Bool {
    isLetter(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte + 0x20 : byte
  }
}
