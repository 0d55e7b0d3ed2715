// The value of a secret name, from its first byte to where its quotation, word or line ends.

struct NamedValue {
  enum Reach: Equatable {
    case word, line
    /// In an address or a form: up to the next `&`.
    case parameter
    case until(UInt8)
  }

  private let text: [UInt8]
  let start: Int
  private(set) var end: Int
  /// The quotation that is still open at the end of the line.
  private(set) var openQuote: UInt8?

  /// - Parameter outer: the quotation around the whole text.
  init(_ text: [UInt8], _ start: Int, _ limit: Int, _ reach: Reach, _ outer: UInt8?) {
    (self.text, self.start) = (text, start)
    end = start
    find(limit, reach, outer)
  }

  /// The value without the quotes around it.
  var content: ArraySlice<UInt8> {
    var (first, last) = (start, end)
    while first < last, text[first].isQuote || text[first] == UInt8(ascii: "\\") { first += 1 }
    while last > first,
      text[last - 1].isQuote || text[last - 1].isBlank || ",;\\".utf8.contains(text[last - 1])
    { last -= 1 }
    return text[first..<last]
  }

  private mutating func find(_ limit: Int, _ reach: Reach, _ outer: UInt8?) {
    var first = start
    while first < limit, text[first] == UInt8(ascii: "\\") { first += 1 }
    let isEscaped = first > start
    guard first < limit, text[first].isQuote, text[first] != outer || isEscaped else {
      unquoted(limit, reach, outer)
      return
    }
    end = first
    while end < limit, text[end].isQuote {
      guard let close = close(text[end], from: end + 1, limit, isEscaped: isEscaped) else { return }
      end = close + 1
      // Text that follows without a blank belongs to the value, as in a shell.
      while end < limit, text[end].isNamePart || "$\\#!%*+@^~?/".utf8.contains(text[end]) && !isEscaped {
        if reach == .parameter { break }
        end += text[end] == UInt8(ascii: "\\") && end + 1 < limit ? 2 : 1
      }
    }
  }

  /// The end of a quotation; nil if the rest of the line belongs to it.
  private mutating func close(_ quote: UInt8, from first: Int, _ limit: Int, isEscaped: Bool) -> Int? {
    var index = first
    while index < limit, text[index] != quote {
      // If the quotes are escaped, so is the closing one.
      index += text[index] == UInt8(ascii: "\\") && index + 1 < limit && text[index + 1] != quote ? 2 : 1
    }
    if index >= limit {
      (end, openQuote) = (limit, quote)
      return nil
    }
    // An escaped quote inside a value would leave its rest visible, so the whole line is masked.
    if text[index - 1] == UInt8(ascii: "\\") && !isEscaped && index > first {
      end = limit
      var quotes = 0
      for byte in text[index..<limit] where byte == quote { quotes += 1 }
      if quotes % 2 == 1 { openQuote = quote }
      return nil
    }
    return index
  }

  private mutating func unquoted(_ limit: Int, _ reach: Reach, _ outer: UInt8?) {
    end = start
    while end < limit {
      let byte = text[end]
      if byte == outer { return }
      switch reach {
      case .line: break
      case .word: if byte.isBlank { return }
      case .until(let last): if byte == last { return }
      case .parameter: if byte.isBlank || byte.isQuote || "&#<>".utf8.contains(byte) { return }
      }
      end += byte == UInt8(ascii: "\\") && end + 1 < limit && reach == .word ? 2 : 1
    }
    end = min(end, limit)
  }
}
