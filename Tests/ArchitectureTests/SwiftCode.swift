// A file's code as these tests look at it, by its text: the words of it, without comments and literals, and the types that
// it declares. No compiler is asked, so only what is written counts, not what is inferred.

/// The code of a source text. Comments and the text of literals are left out; what is interpolated into them is kept.
struct SwiftCode {
  private let source: [UInt8]
  private var index = 0
  private var kept: [UInt8] = []

  init(_ text: String) {
    source = Array(text.utf8)
    readCode(isInterpolated: false)
  }

  var text: String { String(decoding: kept, as: UTF8.self) }

  /// Every word of it, keywords among them.
  var words: Set<String> {
    Set(kept.split { !Self.isPartOfWord($0) }.map { String(decoding: $0, as: UTF8.self) })
  }

  var declarations: [TypeDeclaration] {
    text.split(separator: "\n").compactMap { TypeDeclaration(line: $0) }
  }

  /// The bytes with which something other than plain code can begin.
  private static let marks = Array("/\"#()".utf8)

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }

  private func isAt(_ mark: String) -> Bool { source[index...].starts(with: mark.utf8) }

  /// - Parameter isInterpolated: ends at the parenthesis that closes an interpolation.
  private mutating func readCode(isInterpolated: Bool) {
    var depth = 0
    while index < source.count {
      // A quick way for most bytes, because these tests read all sources.
      if !Self.marks.contains(source[index]) {
        kept.append(source[index])
        index += 1
      } else if isAt("//") {
        index = source[index...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
      } else if isAt("/*") {
        skipComment()
      } else if let hashes = hashesBeforeQuote() {
        readLiteral(hashes)
      } else {
        if source[index] == UInt8(ascii: "(") { depth += 1 }
        if source[index] == UInt8(ascii: ")") { depth -= 1 }
        if isInterpolated && depth < 0 {
          index += 1
          return
        }
        kept.append(source[index])
        index += 1
      }
    }
  }

  /// Such comments may contain others.
  private mutating func skipComment() {
    var depth = 0
    while index < source.count {
      if isAt("/*") { depth += 1 }
      if isAt("*/") { depth -= 1 }
      index += isAt("/*") || isAt("*/") ? 2 : 1
      if depth == 0 { return }
    }
  }

  /// nil if no literal begins here.
  private func hashesBeforeQuote() -> Int? {
    let hashes = source[index...].prefix { $0 == UInt8(ascii: "#") }.count
    let quote = index + hashes
    return quote < source.count && source[quote] == UInt8(ascii: "\"") ? hashes : nil
  }

  private mutating func readLiteral(_ hashes: Int) {
    let marks = String(repeating: "#", count: hashes)
    index += hashes
    let quotes = isAt("\"\"\"") ? "\"\"\"" : "\""
    index += quotes.utf8.count
    let (end, escape) = (quotes + marks, "\\" + marks)
    // Words on both sides of a literal stay two.
    kept.append(UInt8(ascii: " "))
    while index < source.count && !isAt(end) {
      guard source[index] == UInt8(ascii: "\\"), isAt(escape) else {
        if source[index] == UInt8(ascii: "\n") { kept.append(source[index]) }
        index += 1
        continue
      }
      index += escape.utf8.count
      let isInterpolation = isAt("(")
      index += 1
      if isInterpolation {
        readCode(isInterpolated: true)
        kept.append(UInt8(ascii: " "))
      }
    }
    index += end.utf8.count
  }
}

/// A line that declares a type.
struct TypeDeclaration {
  let name: String
  /// Not inside another type or function. The formatter indents everything else.
  let isTopLevel: Bool
  /// Only its own file can name it.
  let isPrivate: Bool
  let line: String

  private static let modifiers: Set<Substring> = [
    "package", "internal", "private", "fileprivate", "final", "indirect", "nonisolated",
  ]
  private static let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]

  /// nil for any other line.
  init?(line: Substring) {
    var words = line.split(separator: " ")[...]
    let modifiers = words.prefix { Self.modifiers.contains($0) || $0.hasPrefix("@") }
    words = words.dropFirst(modifiers.count)
    guard let kind = words.popFirst(), Self.kinds.contains(kind), let rest = words.first,
      rest.first?.isUppercase == true
    else { return nil }
    name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    isTopLevel = line.first != " "
    isPrivate = modifiers.contains("private") || modifiers.contains("fileprivate")
    self.line = String(line)
  }
}
