// Text as bytes. Swift compares characters: “é” written in two ways is the same to it, and a quotation mark that a combining
// mark follows is not a quotation mark, nor is a line feed after a carriage return. To PostgreSQL, to a shell, to YAML, or in
// a password, the bytes decide. This is the only place that compares or replaces text by bytes.

/// Text that is equal only to the same bytes, and in the order of its bytes. As a property wrapper it makes a name in a
/// synthesized `Hashable` a name as PostgreSQL compares it.
@propertyWrapper
package struct ExactText: Hashable, Comparable, Sendable {
  package var wrappedValue: String

  package init(wrappedValue: String) { self.wrappedValue = wrappedValue }
  package init(_ text: some StringProtocol) { wrappedValue = String(text) }

  package static func == (one: ExactText, other: ExactText) -> Bool {
    one.wrappedValue.hasSameBytes(as: other.wrappedValue)
  }

  package static func < (one: ExactText, other: ExactText) -> Bool {
    one.wrappedValue.utf8.lexicographicallyPrecedes(other.wrappedValue.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in wrappedValue.utf8 { hasher.combine(byte) }
  }
}

extension StringProtocol {
  package func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

  package func hasExactly(prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

  package func hasExactly(suffix: String) -> Bool { utf8.reversed().starts(with: suffix.utf8.reversed()) }

  package func containsExactly(_ text: String) -> Bool { Array(utf8).firstRange(of: Array(text.utf8)) != nil }

  /// Replaces byte by byte, which `String.replacing` does not.
  /// - Parameter old: is replaced wherever its bytes are.
  package func substituting(_ old: String, with new: String) -> String {
    let (bytes, old, new) = (Array(utf8), Array(old.utf8), Array(new.utf8))
    guard let first = old.first else { return String(self) }
    var (result, index) = ([UInt8](), 0)
    while index < bytes.count {
      if bytes[index] == first && bytes[index...].starts(with: old) {
        result += new
        index += old.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    // Whole characters of UTF-8 were replaced by whole ones.
    return String(decoding: result, as: UTF8.self)
  }
}

extension StringProtocol where SubSequence == Substring {
  /// What is before and after the first separator, also if a mark follows that would combine with it; nil if there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    let scalars = unicodeScalars
    guard let place = scalars.firstIndex(of: separator) else { return nil }
    return (self[..<place], self[scalars.index(after: place)...])
  }

  /// What follows a beginning, also if that is a mark which would combine with the last letter of it; nil if it begins otherwise.
  package func rest(after beginning: String) -> String? {
    hasExactly(prefix: beginning)
      ? String(self[utf8.index(startIndex, offsetBy: beginning.utf8.count)...]) : nil
  }
}
