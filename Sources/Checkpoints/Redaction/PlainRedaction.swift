// Masks secrets in text that is not JSON, line by line. Whatever a line leaves open (a quotation, a YAML block, an option
// without its value) decides how the next lines are read. Nothing is read twice, except to find the ends of quotations.

struct PlainRedaction {
  private let text: [UInt8]
  private let lines: [Range<Int>]
  private var masks: [Range<Int>] = []
  private lazy var quotes = QuoteIndex(text)

  static func redacted(_ text: String) -> String {
    var redaction = PlainRedaction(text)
    return redaction.run() ? redaction.masked : text
  }

  private init(_ text: String) {
    self.text = Array(text.utf8)
    var lines: [Range<Int>] = []
    var start = 0
    for (index, byte) in self.text.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(start..<index)
      start = index + 1
    }
    lines.append(start..<self.text.count)
    self.lines = lines
  }

  /// Whether there is something to mask.
  private mutating func run() -> Bool {
    var index = 0
    var carry = LineRedaction.Carry.nothing
    while index < lines.count {
      if let next = privateKey(at: index) {
        (index, carry) = (next, .nothing)
        continue
      }
      switch carry {
      case .block(let indent, let isNested):
        (index, carry) = (block(at: index, deeperThan: indent, isNested: isNested), .nothing)
        continue
      case .quotation(let quote, let start):
        (index, carry) = (quotation(quote, from: start, at: index), .nothing)
        continue
      default: break
      }
      var line = LineRedaction(text, lines[index], resuming: resumption(index), carry)
      line.run()
      masks += line.masks
      carry = line.carry
      index += 1
    }
    return !masks.isEmpty
  }

  /// The rest of a line on which a quotation over several lines ended is still to be read.
  private var resumed: (line: Int, from: Int)?
  private func resumption(_ index: Int) -> Int {
    resumed.flatMap { $0.line == index ? $0.from : nil } ?? lines[index].lowerBound
  }

  private var masked: String {
    var result: [UInt8] = []
    var (start, end): (Int?, Int) = (nil, 0)
    for mask in masks.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if start == nil || mask.lowerBound > end {
        result += text[end..<mask.lowerBound] + Redaction.mask.utf8
        start = mask.lowerBound
      }
      end = max(end, mask.upperBound)
    }
    result += text[end...]
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: Private keys

  /// The line after a private key that begins here. If its end is missing, the rest of the text is masked.
  private mutating func privateKey(at index: Int) -> Int? {
    let line = text[lines[index]]
    guard let begin = line.firstIndex(of: "-----BEGIN "), line[begin...].firstIndex(of: "PRIVATE") != nil
    else {
      return nil
    }
    var before = LineRedaction(text, lines[index].lowerBound..<begin, resuming: resumption(index), .nothing)
    before.run()
    masks += before.masks
    var last = index
    while last < lines.count {
      let from = last == index ? begin : lines[last].lowerBound
      if text[from..<lines[last].upperBound].firstIndex(of: "-----END ") != nil { break }
      last += 1
    }
    masks.append(begin..<lines[min(last, lines.count - 1)].upperBound)
    return last + 1
  }

  // MARK: Blocks

  /// Masks the more deeply indented lines, and returns the first other line.
  private mutating func block(at first: Int, deeperThan indent: Int, isNested: Bool) -> Int {
    var index = first
    var (start, end): (Int?, Int) = (nil, 0)
    while index < lines.count {
      let line = lines[index]
      let content = line.lowerBound + text[line].prefix { $0.isBlank }.count
      if content < line.upperBound {
        let isItem =
          text[content] == UInt8(ascii: "-") && content + 1 < line.upperBound && text[content + 1].isBlank
        guard content - line.lowerBound > indent || isNested && isItem && content - line.lowerBound == indent
        else {
          break
        }
        if isNested {
          if let value = nestedValue(content..<line.upperBound) { masks.append(value) }
        } else {
          if start == nil { start = content }
          end = line.upperBound
        }
      }
      index += 1
    }
    if let start { masks.append(start..<end) }
    return index
  }

  /// Everything below a name like `credentials:` is masked, whatever its own name is.
  private func nestedValue(_ line: Range<Int>) -> Range<Int>? {
    var start = line.lowerBound
    while start < line.upperBound, text[start] == UInt8(ascii: "-") || text[start].isBlank { start += 1 }
    if let colon = text[start..<line.upperBound].firstIndex(where: { !$0.isNamePart && !$0.isQuote }),
      text[colon] == UInt8(ascii: ":"), colon + 1 == line.upperBound || text[colon + 1].isBlank
    {
      start = colon + 1
      while start < line.upperBound, text[start].isBlank { start += 1 }
    }
    let value = text[start..<line.upperBound]
    return value.isEmpty || !SecretName.password.hides(value) || value.first == UInt8(ascii: "/")
      || value.starts(with: "./".utf8) ? nil : start..<line.upperBound
  }

  // MARK: Quotations

  /// No value has more lines.
  private static let quotationLimit = 200

  /// Masks the rest of a quoted value, and returns the line that it ends on. If it has no end, the lines up to the next
  /// entry or empty line are masked.
  private mutating func quotation(_ quote: UInt8, from start: Int, at index: Int) -> Int {
    let limit = min(index + Self.quotationLimit, lines.count) - 1
    if let close = quotes.next(quote, from: lines[index].lowerBound), close <= lines[limit].upperBound {
      var last = index
      while lines[last].upperBound < close { last += 1 }
      masks.append(start..<close + 1)
      resumed = (last, close + 1)
      return last
    }
    var last = index
    while last <= limit, !text[lines[last]].allSatisfy(\.isBlank), !isEntry(lines[last]) { last += 1 }
    if last > index { masks.append(start..<lines[last - 1].upperBound) }
    return last
  }

  /// `NAME=value`, `name: value`
  private func isEntry(_ line: Range<Int>) -> Bool {
    let content = text[line].drop { $0.isBlank || $0.isQuote || $0 == UInt8(ascii: "-") }
    let name = content.prefix { $0.isNamePart }
    let rest = content[name.endIndex...].drop { $0.isQuote }
    guard !name.isEmpty, let separator = rest.first else { return false }
    return separator == UInt8(ascii: "=") && rest.dropFirst().first.map { $0 != UInt8(ascii: "=") } == true
      || separator == UInt8(ascii: ":") && rest.dropFirst().first?.isBlank != false
  }
}

/// Finds the next quotation mark. Searching anew each time would be slow if many quotations are left open.
private struct QuoteIndex {
  private var places: [UInt8: [Int]] = [:]
  private var cursors: [UInt8: Int] = [:]

  init(_ text: [UInt8]) {
    for (index, byte) in text.enumerated()
    where byte.isQuote && (index == 0 || text[index - 1] != UInt8(ascii: "\\")) {
      places[byte, default: []].append(index)
    }
  }

  /// - Parameter start: not less than in earlier calls.
  mutating func next(_ quote: UInt8, from start: Int) -> Int? {
    guard let all = places[quote] else { return nil }
    var cursor = cursors[quote] ?? 0
    while cursor < all.count, all[cursor] < start { cursor += 1 }
    cursors[quote] = cursor
    return cursor < all.count ? all[cursor] : nil
  }
}

extension ArraySlice<UInt8> {
  func suffix(while isPart: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[(lastIndex { !isPart($0) }.map { $0 + 1 } ?? startIndex)...]
  }

  /// The first position at which a text begins.
  func firstIndex(of text: StaticString) -> Int? {
    text.withUTF8Buffer { wanted in
      guard let first = wanted.first, count >= wanted.count else { return nil }
      for index in startIndex...(endIndex - wanted.count) where self[index] == first {
        if self[index..<index + wanted.count].elementsEqual(wanted) { return index }
      }
      return nil
    }
  }
}
