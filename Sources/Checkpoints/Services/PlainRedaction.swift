// Secrets in text that is not JSON, line by line. A value reaches to its closing quote, or to the end of the line;
// within a line, after `=`, to the next blank.

enum PlainRedaction {
  static func redacted(_ text: String) -> String {
    var isInKey = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      if isInKey {
        isInKey = !line.contains("-----END ")
        return isInKey ? "" : Redaction.mask
      }
      if let begin = line.firstRange(of: "-----BEGIN "), line.contains("PRIVATE") {
        isInKey = !line.contains("-----END ")
        return Self.line(line[..<begin.lowerBound]) + Redaction.mask
      }
      return Self.line(line)
    }
    // Where a key's end is missing, its beginning was masked.
    return lines.joined(separator: "\n")
  }

  private static func line(_ line: Substring) -> String { tokens(in: addresses(in: named(Array(line)))) }

  // MARK: Named values

  private static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_-.".contains(character)
  }

  private static func isQuote(_ character: Character) -> Bool { "\"'`".contains(character) }

  /// Masks the values of secret names.
  private static func named(_ line: [Character]) -> [Character] {
    var result: [Character] = []
    var index = 0
    while index < line.count {
      guard isNamePart(line[index]) else {
        result.append(line[index])
        index += 1
        continue
      }
      let start = index
      while index < line.count, isNamePart(line[index]) { index += 1 }
      let name = String(line[start..<index])
      result += name
      guard Redaction.isSecret(name), let value = value(after: index, isOption: name.hasPrefix("-"), line)
      else {
        continue
      }
      let before = line[..<start].drop(while: \.isWhitespace)
      let isFirst = before.isEmpty || before.elementsEqual("export ")
      let end = valueEnd(from: value.start, reachesFar: isFirst || value.separator == ":", line)
      guard end > value.start else { continue }
      result += line[index..<value.start] + Array(Redaction.mask)
      index = end
    }
    return result
  }

  /// Where the value of a name begins that ends at `index`; nil where there is none.
  private static func value(
    after index: Int, isOption: Bool, _ line: [Character]
  ) -> (start: Int, separator: Character)? {
    var index = index
    // The quote that closes the name.
    while index < line.count, isQuote(line[index]) || line[index] == "\\" || line[index] == "]" { index += 1 }
    let afterName = index
    while index < line.count, line[index].isWhitespace { index += 1 }
    guard index < line.count else { return nil }
    if line[index] == "=" || line[index] == ":" {
      let separator = line[index]
      index += 1
      while index < line.count, line[index].isWhitespace || line[index] == ">" || line[index] == "=" {
        index += 1
      }
      // `auth://…` is an address, whose password is looked for there.
      if separator == ":", line[index...].starts(with: "//") { return nil }
      return index < line.count ? (index, separator) : nil
    }
    return isOption && index > afterName ? (index, " ") : nil
  }

  private static func valueEnd(from start: Int, reachesFar: Bool, _ line: [Character]) -> Int {
    var index = start
    while index < line.count, line[index] == "\\" { index += 1 }
    if index < line.count, isQuote(line[index]) {
      let quote = line[index]
      index += 1
      while index < line.count, line[index] != quote {
        // Where the quotes themselves are escaped, the closing one is, too.
        index += line[index] == "\\" && index + 1 < line.count && line[index + 1] != quote ? 2 : 1
      }
      // An escaped quote inside a value would show its rest: then all of the line goes.
      let isEscaped = index > 0 && index < line.count && line[index - 1] == "\\" && line[start] != "\\"
      return isEscaped ? line.count : min(index + 1, line.count)
    }
    if reachesFar { return line.count }
    while index < line.count, !line[index].isWhitespace { index += 1 }
    return index
  }

  // MARK: Addresses

  /// Longer than any, so that looking for their ends takes no longer with every one.
  private static let addressLimit = 4096

  /// Masks passwords in `scheme://user:password@host`, and what stands alone before the @ of a web address.
  private static func addresses(in line: [Character]) -> [Character] {
    var result: [Character] = []
    var index = 0
    while index < line.count {
      guard line[index...].starts(with: "://") else {
        result.append(line[index])
        index += 1
        continue
      }
      result += "://"
      let isWeb = ["http", "https", "ws", "wss"].contains(scheme(before: index, line))
      index += 3
      var end = index
      let limit = min(line.count, index + addressLimit)
      while end < limit, !line[end].isWhitespace, !isQuote(line[end]), !"<>".contains(line[end]) {
        end += 1
      }
      if let (start, stop) = secret(in: line[index..<end], isWeb: isWeb) {
        result += line[index..<start] + Array(Redaction.mask)
        index = stop
      }
    }
    return result
  }

  private static func scheme(before index: Int, _ line: [Character]) -> String {
    String(line[..<index].reversed().prefix { $0.isLetter || $0.isNumber || "+-.".contains($0) }.reversed())
      .lowercased()
  }

  /// What to mask of an address behind its `://`.
  private static func secret(in address: ArraySlice<Character>, isWeb: Bool) -> (Int, Int)? {
    // A password may hold anything, even slashes; a web address has an @ in its path now and then.
    let authority = isWeb ? address.prefix { !"/?#".contains($0) } : address
    guard let at = authority.lastIndex(of: "@") else { return nil }
    if let colon = authority[..<at].firstIndex(of: ":") { return colon + 1 < at ? (colon + 1, at) : nil }
    return isWeb && at > authority.startIndex ? (authority.startIndex, at) : nil
  }

  // MARK: Tokens

  private static let tokenBeginnings = [
    "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "sk_live_", "sk_test_", "rk_live_", "sk-",
    "xoxb-", "xoxp-",
    "AKIA", "ASIA", "eyJ", "AIza", "npm_", "pypi-",
  ].map { Array($0) }

  /// Masks words that look like the tokens of well-known services.
  private static func tokens(in line: [Character]) -> String {
    var result: [Character] = []
    var index = 0
    while index < line.count {
      guard isNamePart(line[index]) else {
        result.append(line[index])
        index += 1
        continue
      }
      let start = index
      while index < line.count, isNamePart(line[index]) { index += 1 }
      let word = line[start..<index]
      let isToken = word.count >= 16 && tokenBeginnings.contains { word.starts(with: $0) }
      result += isToken ? Array(Redaction.mask) : Array(word)
    }
    return String(result)
  }
}
