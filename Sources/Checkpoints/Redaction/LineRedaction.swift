// Masks the secrets of one line: values of secret names, arguments of commands, addresses and tokens. Its `carry` says how
// the next lines are to be read.

struct LineRedaction {
  enum Carry {
    case nothing
    /// More deeply indented lines belong to a value. `isNested` if they may have names of their own.
    case block(indent: Int, isNested: Bool)
    /// The value begins at `start` and its quotation is still open.
    case quotation(quote: UInt8, start: Int)
    /// The next line begins with the value of an option.
    case argument(CommandOptions.Kind)
    /// A `value` within this number of lines belongs to this name.
    case value(SecretName, lines: Int)
  }

  let text: [UInt8]
  let start: Int
  let end: Int
  private(set) var masks: [Range<Int>] = []
  private(set) var carry = Carry.nothing

  private let inherited: Carry
  private var options = CommandOptions()
  /// The quotation that is open at the current position.
  private var openQuote: UInt8?
  /// Whether only blanks and words like `export` came before.
  private var isFirst = true
  private var previous: Range<Int>?
  /// The secret name that was the value of `name` or `key`.
  private var named: SecretName?

  init(_ text: [UInt8], _ line: Range<Int>, resuming start: Int, _ inherited: Carry) {
    (self.text, self.start, end, self.inherited) = (
      text, min(start, line.upperBound), line.upperBound, inherited
    )
    isFirst = start == line.lowerBound
  }

  mutating func run() {
    var index = start
    if case .argument(let kind) = inherited { index = argument(kind) }
    if case .value(let name, _) = inherited { named = name }
    while index < end {
      guard text[index].isNamePart else {
        pass(index)
        index += 1
        continue
      }
      let first = index
      while index < end, text[index].isNamePart { index += 1 }
      index = max(index, word(first..<index))
      let run = text[first..<min(index, end)]
      isFirst = isFirst && run.count <= 8 && Self.leading.contains(String(decoding: run, as: UTF8.self))
      previous = first..<index
    }
    var addresses = AddressRedaction(text, start..<end)
    addresses.run()
    masks += addresses.masks
    if case .nothing = carry, let named, case .value(_, let lines) = inherited, lines > 1 {
      carry = .value(named, lines: lines - 1)
    }
  }

  private static let leading: Set<String> = [
    "-", "+", "--", "export", "set", "env", "ENV", "ARG", "declare", "-x", "-gx", "readonly", "local", "setx",
    "-e",
  ]

  /// Reads one byte between words.
  private mutating func pass(_ index: Int) {
    let byte = text[index]
    if byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "&") {
      options.endCommand()
    }
    guard byte.isQuote else { return }
    let isApostrophe =
      byte == UInt8(ascii: "'") && openQuote != byte && index > start && text[index - 1].isLetter
      && index + 1 < end
      && text[index + 1].isLetter
    if openQuote == nil && !isApostrophe {
      openQuote = byte
    } else if openQuote == byte {
      openQuote = nil
    }
  }

  // MARK: Words

  /// - Returns: where to continue.
  private mutating func word(_ word: Range<Int>) -> Int {
    let bytes = text[word]
    options.note(word: bytes)
    if let token = TokenShapes.token(in: text, word, end) {
      masks.append(token)
      return token.upperBound
    }
    if bytes.first == UInt8(ascii: "-"), isBoundary(word.lowerBound), let next = option(word) { return next }
    if let scheme = authorization(word) { return scheme }
    return name(word) ?? word.upperBound
  }

  private func isBoundary(_ index: Int) -> Bool {
    index == start || text[index - 1].isBlank || text[index - 1].isQuote
      || "[(,".utf8.contains(text[index - 1])
  }

  /// `Basic dXNlcjpwYXNz`, `Bearer 2YotnFZFEjr1zCsicMWpAA`
  private mutating func authorization(_ word: Range<Int>) -> Int? {
    guard (5...6).contains(word.count), word.upperBound < end, text[word.upperBound].isBlank else {
      return nil
    }
    let scheme = String(decoding: text[word].map(\.lowered), as: UTF8.self)
    guard scheme == "basic" || scheme == "bearer" || scheme == "token" else { return nil }
    let first = skipBlanks(word.upperBound)
    var last = first
    while last < end, text[last].isNamePart || "+/=~".utf8.contains(text[last]) { last += 1 }
    let value = text[first..<last]
    let isRandom = TokenShapes.isRandom(value)
    guard scheme == "basic" ? value.count >= 8 && isRandom : value.count >= 7 && isRandom else { return nil }
    masks.append(first..<last)
    return last
  }

  // MARK: Options

  private mutating func option(_ word: Range<Int>) -> Int? {
    let wordEnd = NamedValue(text, word.lowerBound, end, .word, openQuote).end
    switch options.reading(of: text[word.lowerBound..<wordEnd]) {
    case .attached(let kind, let value):
      guard let part = CommandOptions.secretPart(of: value, kind) else { return nil }
      masks.append(part)
      return part.upperBound
    case .next(let kind):
      guard
        wordEnd == word.upperBound || text[word.upperBound].isQuote
          || text[word.upperBound] == UInt8(ascii: ",")
      else { return nil }
      guard let place = nextArgument(after: word.upperBound) else {
        if goesOn(word) { carry = .argument(kind) }
        return nil
      }
      return mask(kind, at: place)
    case nil: return nil
    }
  }

  private mutating func mask(_ kind: CommandOptions.Kind, at place: Int) -> Int? {
    let value = NamedValue(text, place, end, .word, text[place].isQuote ? nil : openQuote)
    guard let part = CommandOptions.secretPart(of: text[place..<value.end], kind) else { return nil }
    masks.append(value.openQuote == nil ? part : place..<end)
    if let quote = value.openQuote { carry = .quotation(quote: quote, start: place) }
    return part.upperBound
  }

  /// `--name VALUE`, `"--name", "VALUE"`
  private func nextArgument(after index: Int) -> Int? {
    var place = index
    if place < end, text[place].isQuote { place += 1 }
    if place < end, text[place] == UInt8(ascii: ",") { place += 1 }
    let next = skipBlanks(place)
    guard next > index, next < end, text[next] != UInt8(ascii: "\\") || next + 1 < end,
      !"])|;&".utf8.contains(text[next])
    else { return nil }
    return next
  }

  /// Whether the argument after the last one is on the next line.
  private func goesOn(_ word: Range<Int>) -> Bool {
    var last = end
    while last > start, text[last - 1].isBlank { last -= 1 }
    guard last > start else { return false }
    if text[last - 1] == UInt8(ascii: "\\") || text[last - 1] == UInt8(ascii: ",") { return true }
    let before = text[start..<word.lowerBound].suffix(8).drop(while: \.isBlank)
    return isFirst && before.contains(UInt8(ascii: "-"))
  }

  /// Reads the value of an option that the previous line ended with.
  private mutating func argument(_ kind: CommandOptions.Kind) -> Int {
    var place = skipBlanks(start)
    if place + 1 < end, text[place] == UInt8(ascii: "-"), text[place + 1].isBlank {
      place = skipBlanks(place + 1)
    }
    guard place < end else { return start }
    return mask(kind, at: place) ?? start
  }

  // MARK: Names

  /// Masks the value of a secret name.
  private mutating func name(_ word: Range<Int>) -> Int? {
    if let value = identifiedBy(word) { return value }
    guard SecretName.mayBeSecret(text[word]) || named != nil else { return nil }
    var name = SecretName(text[word])
    if let named, text[word].count == 5, name.words == ["value"] { name = named }
    guard name.isSecret, !isOrdinaryKey(name, word) else { return nil }
    if givesName(word) {
      named = name
      carry = .value(name, lines: 2)
    }
    guard let place = ValuePlace(text, word, end, start, isFirst: isFirst, name, previous) else { return nil }
    if place.start == end {
      guard place.isYAML, isFirst || isQuoted(word) && isAlone(word) else { return nil }
      carry = .block(indent: indent, isNested: name.strength == .strong)
      return nil
    }
    if place.isYAML, isBlockMark(place.start) {
      carry = .block(indent: indent, isNested: false)
      return end
    }
    let value = NamedValue(text, place.start, end, place.reach, place.isAfterQuotedName ? nil : openQuote)
    guard value.end > place.start, name.hides(value.content) else { return nil }
    masks.append(place.start..<value.end)
    if let quote = value.openQuote { carry = .quotation(quote: quote, start: place.start) }
    return value.end
  }

  /// MySQL's `IDENTIFIED BY '…'`
  private mutating func identifiedBy(_ word: Range<Int>) -> Int? {
    guard word.count == 2, let previous, previous.count == 10,
      text[word].map(\.lowered).elementsEqual("by".utf8),
      text[previous].map(\.lowered).elementsEqual("identified".utf8)
    else { return nil }
    let place = skipBlanks(word.upperBound)
    return place < end && text[place].isQuote ? mask(.secret(isCertain: true), at: place) : nil
  }

  /// “primary key: id”
  private func isOrdinaryKey(_ name: SecretName, _ word: Range<Int>) -> Bool {
    guard let previous, previous.upperBound < word.lowerBound, text[previous.upperBound].isBlank,
      word.lowerBound - previous.upperBound == 1
    else { return false }
    let front = String(decoding: text[previous].suffix(16).map(\.lowered), as: UTF8.self)
    if name.words == ["token"] && front == "unexpected" || name.words == ["pass"] && front == "---" {
      return true
    }
    return (name.words == ["key"] || name.words == ["keys"]) && SecretName.keyFronts.contains(front)
  }

  /// `name: DB_PASSWORD`, `"key" = "password"`
  private func givesName(_ word: Range<Int>) -> Bool {
    guard let previous, word.lowerBound - previous.upperBound <= 6 else { return false }
    let front = String(decoding: text[previous].suffix(8).map(\.lowered), as: UTF8.self)
    guard front == "name" || front == "key" else { return false }
    return text[previous.upperBound..<word.lowerBound].contains {
      $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
    }
  }

  private func isQuoted(_ word: Range<Int>) -> Bool {
    word.lowerBound > start && text[word.lowerBound - 1].isQuote
  }

  private func isAlone(_ word: Range<Int>) -> Bool {
    text[start..<word.lowerBound].suffix(64).allSatisfy {
      $0.isBlank || $0.isQuote || $0 == UInt8(ascii: "-")
    }
  }

  private var indent: Int { text[start..<end].prefix { $0.isBlank }.count }

  /// `|`, `>-`, `|2+`, perhaps with a comment
  private func isBlockMark(_ place: Int) -> Bool {
    guard text[place] == UInt8(ascii: "|") || text[place] == UInt8(ascii: ">") else { return false }
    let rest = text[(place + 1)..<end].drop {
      $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0.isDigit
    }
    return rest.isEmpty
      || rest.first?.isBlank == true
        && rest.drop(while: \.isBlank).first.map { $0 == UInt8(ascii: "#") } != false
  }

  private func skipBlanks(_ index: Int) -> Int {
    var index = index
    while index < end, text[index].isBlank { index += 1 }
    return index
  }
}
