// Where the value of a secret name begins, and what ends it: after `=` or `:`, in an XML element, or as the next word of
// a command, a configuration file or a table.

struct ValuePlace {
  let start: Int
  var reach = NamedValue.Reach.word
  /// Whether it follows a colon.
  var isYAML = false
  /// Whether a quotation that began before the name ends after it.
  var isAfterQuotedName = false

  /// nil if the name has no value.
  init?(
    _ text: [UInt8], _ word: Range<Int>, _ end: Int, _ lineStart: Int, isFirst: Bool, _ name: SecretName,
    _ previous: Range<Int>?
  ) {
    let front = word.lowerBound > lineStart ? text[word.lowerBound - 1] : UInt8(ascii: "\n")
    var index = word.upperBound
    func skipBlanks() { while index < end, text[index].isBlank { index += 1 } }
    if front == UInt8(ascii: "<"), index < end, text[index] == UInt8(ascii: ">") {
      // `<password>…</password>`
      (start, reach) = (index + 1, .until(UInt8(ascii: "<")))
      if start == end { return nil }
      return
    }
    // The characters that close the name: `"name"`, `['name']`, `%5Bname%5D`
    while index < end,
      text[index].isQuote || text[index] == UInt8(ascii: "\\") || text[index] == UInt8(ascii: "]")
    {
      isAfterQuotedName = isAfterQuotedName || text[index].isQuote
      index += 1
    }
    if index + 3 <= end, text[index..<index + 3].elementsEqual("%5D".utf8) { index += 3 }
    let afterName = index
    skipBlanks()
    guard index < end else { return nil }
    let separator = text[index]
    if separator == UInt8(ascii: "=") || separator == UInt8(ascii: ":") {
      index += 1
      let isDouble = index < end && separator == UInt8(ascii: ":") && text[index] == separator
      // `password::text` is a type; passwords of addresses are found elsewhere.
      if isDouble || separator == UInt8(ascii: ":") && text[index..<end].starts(with: "//".utf8) {
        return nil
      }
      isYAML = separator == UInt8(ascii: ":") && (index == end || text[index].isBlank)
      while index < end, text[index] == UInt8(ascii: "=") || text[index] == UInt8(ascii: ">") && !isYAML {
        index += 1
      }
      skipBlanks()
      start = index
      reach = Self.reach(separator, front, isFirst: isFirst, text, word.lowerBound, lineStart)
      return
    }
    guard
      Self.isValueWithoutSeparator(
        text, word, afterName, index, end, front, isFirst: isFirst, name, previous,
        isQuoted: isAfterQuotedName)
    else { return nil }
    if text[index] == UInt8(ascii: ",") { index += 1 }
    skipBlanks()
    start = index
    if start == end { return nil }
    isAfterQuotedName = isAfterQuotedName || text[start].isQuote
  }

  private static func reach(
    _ separator: UInt8, _ front: UInt8, isFirst: Bool, _ text: [UInt8], _ word: Int, _ lineStart: Int
  ) -> NamedValue.Reach {
    if front == UInt8(ascii: "?") || front == UInt8(ascii: "&") { return .parameter }
    var before = word
    // A few blanks are enough: looking at all of them would take time for every name.
    while before > max(lineStart, word - 4), text[before - 1].isBlank { before -= 1 }
    if before > lineStart, text[before - 1] == UInt8(ascii: ";") { return .until(UInt8(ascii: ";")) }
    return isFirst || separator == UInt8(ascii: ":") ? .line : .word
  }

  private static let setters: Set<String> = [
    "set", "setenv", "env", "arg", "setx", "fastcgi_param", "proxy_set_header", "config", "login", "add",
    "define", "account",
  ]
  private static let ofServers: Set<String> = ["requirepass", "masterauth", "primaryauth", "sentinelpass"]

  /// `requirepass x`, `setenv PASSWORD x`, `PASSWORD 'x'`, `define('PASSWORD', 'x')`, and a table's two columns
  private static func isValueWithoutSeparator(
    _ text: [UInt8], _ word: Range<Int>, _ afterName: Int, _ index: Int, _ end: Int, _ front: UInt8,
    isFirst: Bool,
    _ name: SecretName, _ previous: Range<Int>?, isQuoted: Bool
  ) -> Bool {
    if text[index] == UInt8(ascii: ",") {
      guard isQuoted, word.lowerBound >= 2, front.isQuote else { return false }
      let next = text[(index + 1)..<end].drop { $0.isBlank }.first
      return text[word.lowerBound - 2] == UInt8(ascii: "(") && next?.isQuote == true
    }
    if isFirst && index > afterName && text[word].elementsEqual("AUTH".utf8) { return true }
    let isOption = text[word.lowerBound] == UInt8(ascii: "-")
    guard index > afterName, name.strength == .strong, !isQuoted, !isOption else { return false }
    let joined = name.words.joined()
    if ofServers.contains(joined) { return true }
    if text[index].isQuote { return joined.contains("passw") || joined.contains("passphrase") }
    let setter = previous.map { String(decoding: text[$0].suffix(20).map(\.lowered), as: UTF8.self) }
    if let setter, setters.contains(setter), text[word].contains(where: \.isUpper) || setter != "add" {
      return true
    }
    let cell = text[index..<end]
    if text[afterName] == UInt8(ascii: "\t") { return !cell.allSatisfy { $0.isUpper || $0.isBlank } }
    // A line of two words, or netrc's `login x password y`.
    guard cell.prefix(200).contains(where: \.isDigit) else { return false }
    return cell.firstIndex(where: \.isBlank) == nil && cell.count < 200
  }
}
