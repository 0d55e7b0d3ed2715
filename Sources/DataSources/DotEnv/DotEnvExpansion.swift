// Expands a value of an `.env` file: escapes in double quotes, and variables outside single quotes. Only variables that are
// already complete are looked up, so none can refer to itself in a circle.

struct DotEnvExpansion {
  /// The longest value in bytes. Variables that repeat each other could grow without bound.
  static let limit = 1 << 16
  private static let deepest = 8

  let quote: DotEnvFile.Quote
  let variable: (String) -> Result<String, DotEnvProblem>?
  private var output: [UInt8] = []

  private init(_ quote: DotEnvFile.Quote, _ variable: @escaping (String) -> Result<String, DotEnvProblem>?) {
    (self.quote, self.variable) = (quote, variable)
  }

  /// - Parameter variable: gives the value of a variable that is already known.
  static func text(
    of content: ArraySlice<UInt8>, _ quote: DotEnvFile.Quote,
    variable: @escaping (String) -> Result<String, DotEnvProblem>?
  ) throws(DotEnvProblem) -> String {
    if quote == .single { return String(decoding: content, as: UTF8.self) }
    var expansion = DotEnvExpansion(quote, variable)
    try expansion.append(content, depth: 0)
    return String(decoding: expansion.output, as: UTF8.self)
  }

  /// The variables that a text may use.
  static func names(in content: ArraySlice<UInt8>) -> Set<String> {
    var (found, rest) = (Set<String>(), content)
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      rest = rest[(dollar + 1)...]
      let start = rest.first == UInt8(ascii: "{") ? rest.dropFirst() : rest
      let name = start.prefix(while: DotEnvName.contains)
      if let first = name.first, DotEnvName.begins(first) {
        found.insert(String(decoding: name, as: UTF8.self))
      }
    }
    return found
  }

  private mutating func append(_ content: ArraySlice<UInt8>, depth: Int) throws(DotEnvProblem) {
    var rest = content
    while let byte = rest.first {
      if byte == UInt8(ascii: "\\"), let escaped = escaped(rest.dropFirst().first) {
        output.append(escaped)
        rest = rest.dropFirst(2)
      } else if byte == UInt8(ascii: "$") {
        rest = try appendReference(rest.dropFirst(), depth: depth)
      } else {
        output.append(byte)
        rest = rest.dropFirst()
      }
      if output.count > Self.limit { throw .tooLong }
    }
  }

  /// The character that an escape means; nil if the backslash means itself.
  private func escaped(_ byte: UInt8?) -> UInt8? {
    guard let byte else { return nil }
    if byte == UInt8(ascii: "$") { return byte }
    if quote == .none { return nil }
    switch byte {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "`"): return byte
    default: return nil
    }
  }

  /// - Parameter rest: the text after the dollar.
  /// - Returns: the text after the reference.
  private mutating func appendReference(
    _ rest: ArraySlice<UInt8>, depth: Int
  ) throws(DotEnvProblem) -> ArraySlice<UInt8> {
    if rest.first == UInt8(ascii: "(") { throw .command }
    if rest.first == UInt8(ascii: "{"), let end = Self.closingBrace(rest) {
      let inside = rest[(rest.startIndex + 1)..<end]
      let name = inside.prefix(while: DotEnvName.contains)
      if let first = name.first, DotEnvName.begins(first) {
        try appendValue(of: name, otherwise: inside[name.endIndex...], depth: depth)
        return rest[(end + 1)...]
      }
    }
    let name = rest.prefix(while: DotEnvName.contains)
    guard let first = name.first, DotEnvName.begins(first),
      let value = try variable(String(decoding: name, as: UTF8.self))?.get()
    else {
      // Frameworks disagree about $NAME, and passwords contain dollars.
      output.append(UInt8(ascii: "$"))
      return rest
    }
    output += value.utf8
    return rest[name.endIndex...]
  }

  private mutating func appendValue(
    of name: ArraySlice<UInt8>, otherwise: ArraySlice<UInt8>, depth: Int
  ) throws(DotEnvProblem) {
    if depth >= Self.deepest { throw .tooLong }
    let name = String(decoding: name, as: UTF8.self)
    let value = try variable(name)?.get()
    // With a colon, an empty value counts as not set.
    let hasColon = otherwise.first == UInt8(ascii: ":")
    let isSet = value.map { !hasColon || !$0.isEmpty } ?? false
    let word = hasColon ? otherwise.dropFirst() : otherwise
    switch word.first {
    case UInt8(ascii: "-"):
      if let value, isSet { output += value.utf8 } else { try append(word.dropFirst(), depth: depth + 1) }
    case UInt8(ascii: "+"):
      if isSet { try append(word.dropFirst(), depth: depth + 1) }
    default:
      guard let value else { throw .undefined(name) }
      output += value.utf8
    }
  }

  private static func closingBrace(_ text: ArraySlice<UInt8>) -> Int? {
    var depth = 0
    for index in text.indices {
      if text[index] == UInt8(ascii: "{") { depth += 1 }
      if text[index] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }
}
