// Splits a plain SQL script into statements, as psql does: with all kinds of quotation marks, comments, bodies of functions,
// and the rows after `COPY … FROM stdin`. psql itself is not used, because it runs programs that a script names (`\!`); its
// commands are returned as such.

import Codecs

final class ScriptReader {
  enum Item {
    case statement(ScriptStatement)
    /// A command of psql, without its backslash.
    case command(String, line: Int)
  }

  private enum State {
    case plain
    /// Inside quotation marks, up to the same mark; `escapes` if backslashes escape.
    case quoted(UInt8, escapes: Bool)
    case dollar([UInt8])
    case lineComment
    case comment(depth: Int)
  }

  /// The number of words of a statement that are kept to know its kind, and the bytes that are kept of each.
  private static let (keptWords, keptWord) = (12, 1 << 10)
  /// The longest statement in bytes. A server accepts 1 GB, and libpq keeps two copies of it; the largest that pg_dump
  /// writes is one row as an INSERT.
  static let usualStatementLimit = 1 << 28
  /// The longest command of psql, and the longest mark of a body, in bytes.
  private static let (commandLimit, markLimit) = (1 << 14, 1 << 14)
  /// The bytes of a comment that are kept to recognize what pg_dump writes there.
  private static let keptComment = 64
  private static let newline: UInt8 = 0x0A

  private let statementLimit: Int
  private let pull: () throws -> [UInt8]
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private(set) var line = 1
  /// Whether a backslash in an ordinary literal has no special meaning; scripts of old servers set that it does.
  var hasPlainBackslashes = true

  private var state = State.plain
  private var statement = ScriptStatement()
  private var word: [UInt8] = []
  private var comment: [UInt8] = []
  private var wordBefore = ""
  private var depth = 0
  private var blockDepth = 0
  /// The line with pg_dump's comment that its work begins, until the one that says that it is complete.
  private var dumpBegan: Int?
  private var hasBegun = false
  private var commentLine = 1
  /// Whether the last row was given in part.
  private var isInLine = false

  init(statementLimit: Int = usualStatementLimit, _ pull: @escaping () throws -> [UInt8]) {
    (self.statementLimit, self.pull) = (statementLimit, pull)
  }

  // MARK: Bytes

  /// The byte some positions ahead; nil after the end.
  private func peek(_ ahead: Int = 0) throws -> UInt8? {
    while position + ahead >= buffer.count {
      if isAtEnd { return nil }
      buffer.removeFirst(position)
      position = 0
      let piece = try pull()
      if piece.isEmpty { isAtEnd = true } else { buffer += piece }
    }
    return buffer[position + ahead]
  }

  /// The number of bytes of one kind from here on, within the buffer, so that they can be taken together. Zero bytes are not
  /// included.
  private func run(_ isOfKind: (UInt8) -> Bool) -> Int {
    buffer.withUnsafeBytes { bytes in
      var end = position
      while end < bytes.count, bytes[end] != 0, isOfKind(bytes[end]) { end += 1 }
      return end - position
    }
  }

  private func countLines(_ bytes: ArraySlice<UInt8>) {
    line += bytes.withUnsafeBytes { bytes in
      var count = 0
      for byte in bytes where byte == Self.newline { count += 1 }
      return count
    }
  }

  /// Consumes bytes. Only the beginning of a comment is kept, because comments can have any length.
  private func pass(_ count: Int = 1) {
    let bytes = buffer[position..<(position + count)]
    countLines(bytes)
    comment += bytes.prefix(max(0, Self.keptComment - comment.count))
    position += count
  }

  private func take(_ count: Int = 1) {
    let bytes = buffer[position..<(position + count)]
    countLines(bytes)
    statement.text += bytes
    position += count
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || (48...57).contains(byte)
      || (65...90).contains(byte) || (97...122).contains(byte)
  }

  // MARK: Statements

  /// The next statement or command; nil at the end.
  /// - Throws: `ImportProblem` for bytes that are no text, and for a script that ends inside something.
  func next() throws -> Item? {
    if !hasBegun { try skipMark() }
    begin()
    while try peek() != nil {
      skipNothing()
      guard let byte = try peek() else { break }
      if byte == 0 { throw ImportProblem.notText(line: line) }
      if statement.text.count >= statementLimit {
        throw ImportProblem.tooLong("statements", line: statement.line)
      }
      switch state {
      case .plain:
        if let item = try plain(byte) { return item }
      case .quoted(let mark, let escapes): try quoted(byte, mark, escapes)
      case .dollar(let tag):
        take(max(1, run { $0 != UInt8(ascii: "$") }))
        if byte == UInt8(ascii: "$"), statement.text.suffix(tag.count).elementsEqual(tag) { state = .plain }
      case .lineComment:
        pass(max(1, run { $0 != Self.newline }))
        if byte == Self.newline { endComment() }
      case .comment(let depth): try comment(byte, depth)
      }
    }
    if case .lineComment = state { endComment() }
    guard case .plain = state else { throw ImportProblem.unterminated(line: statement.line) }
    endWord()
    // psql also sends a last statement without a semicolon.
    if !statement.words.isEmpty { return finished() }
    if let dumpBegan { throw ImportProblem.cutShort(line: dumpBegan) }
    return nil
  }

  /// Skips text between statements, which can have any length: white space, and semicolons without a statement.
  private func skipNothing() {
    guard case .plain = state, statement.text.isEmpty, word.isEmpty else { return }
    let count = run { $0 <= 0x20 || $0 == UInt8(ascii: ";") }
    if count == 0 { return }
    countLines(buffer[position..<(position + count)])
    position += count
    begin()
  }

  /// Skips the mark with which some editors begin a UTF-8 file.
  private func skipMark() throws {
    hasBegun = true
    if try [0, 1, 2].map(peek) == [0xEF, 0xBB, 0xBF] { position += 3 }
  }

  private func finished() -> Item {
    statement.isCopyIn = statement.isCopyIn && statement.words.first == "COPY"
    return .statement(statement)
  }

  private var isBlank: Bool { statement.text.allSatisfy { $0 <= 0x20 } }

  private func begin() {
    statement = ScriptStatement(line: line)
    (word, wordBefore, depth, blockDepth) = ([], "", 0, 0)
  }

  private func endComment() {
    state = .plain
    let (text, place) = (comment, commentLine)
    comment = []
    // A comment separates words.
    statement.text.append(text.last == Self.newline ? Self.newline : 0x20)
    guard statement.words.isEmpty && isBlank else { return }
    if text.starts(with: "-- PostgreSQL database dump complete".utf8) {
      dumpBegan = nil
    } else if text.starts(with: "-- PostgreSQL database dump\n".utf8) {
      dumpBegan = place
    }
    // Text before a statement is not part of it.
    begin()
  }

  private func plain(_ byte: UInt8) throws -> Item? {
    if Self.isWord(byte), !(byte == UInt8(ascii: "$") && word.isEmpty) {
      let count = run(Self.isWord)
      word += buffer[position..<(position + count)].prefix(max(0, Self.keptWord - word.count))
      take(count)
      return nil
    }
    let prefix = word
    endWord()
    switch byte {
    case UInt8(ascii: "'"):
      let escapes = prefix.count == 1 && (prefix[0] | 0x20) == UInt8(ascii: "e")
      state = .quoted(byte, escapes: escapes || !hasPlainBackslashes)
      take()
    case UInt8(ascii: "\""):
      state = .quoted(byte, escapes: false)
      take()
    case UInt8(ascii: "$"): try dollar()
    case UInt8(ascii: "-") where try peek(1) == byte:
      (state, commentLine) = (.lineComment, line)
    case UInt8(ascii: "/") where try peek(1) == UInt8(ascii: "*"):
      (state, commentLine) = (.comment(depth: 1), line)
      pass(2)
    case UInt8(ascii: "\\"): return try command()
    case UInt8(ascii: ";") where depth == 0 && blockDepth == 0:
      take()
      if statement.words.isEmpty { return begin(after: nil) }
      return finished()
    default:
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
      take(max(1, run { $0 <= 0x20 }))
      if statement.words.isEmpty && isBlank { begin() }
    }
    return nil
  }

  private func begin(after item: Item?) -> Item? {
    begin()
    return item
  }

  private func endWord() {
    if word.isEmpty { return }
    let text = String(decoding: word, as: UTF8.self).uppercased()
    word = []
    if depth == 0 {
      if text == "ON" { statement.hasON = true }
      if wordBefore == "FROM" && text == "STDIN" { statement.isCopyIn = true }
      // Pairs such as OWNER TO are also recorded as one word, at any position.
      if statement.words.count < Self.keptWords { statement.words.append(text) }
      if ["OWNER TO", "ON DATABASE", "IN DATABASE"].contains("\(wordBefore) \(text)") {
        statement.words.append("\(wordBefore) \(text)")
      }
    }
    let isBody = wordBefore == "BEGIN" && text == "ATOMIC"
    wordBefore = text
    let words = statement.words
    let isRoutine =
      words.first == "CREATE" && words.prefix(4).contains { $0 == "FUNCTION" || $0 == "PROCEDURE" }
    // A body of statements, BEGIN ATOMIC … END, has its own semicolons.
    if isRoutine && (isBody || blockDepth > 0 && text == "CASE") { blockDepth += 1 }
    if text == "END" && blockDepth > 0 { blockDepth -= 1 }
  }

  private func quoted(_ byte: UInt8, _ mark: UInt8, _ escapes: Bool) throws {
    take(max(1, run { $0 != mark && $0 != UInt8(ascii: "\\") }))
    if escapes && byte == UInt8(ascii: "\\") {
      if try peek() != nil { take() }
    } else if byte == mark {
      // Two marks mean one; a literal that continues is read as another one, which has the same effect.
      if try peek() == mark { take() } else { state = .plain }
    }
  }

  private func dollar() throws {
    var count = 1
    while let byte = try peek(count), Self.isWord(byte), byte != UInt8(ascii: "$") {
      count += 1
      if count > Self.markLimit { throw ImportProblem.tooLong("statements", line: statement.line) }
    }
    // $1 is a parameter.
    let isTag = try peek(count) == UInt8(ascii: "$") && (count == 1 || !(48...57).contains(peek(1) ?? 0))
    if isTag {
      take(count + 1)
      state = .dollar(Array(statement.text.suffix(count + 1)))
    } else {
      take()
    }
  }

  /// Comments of this kind can be nested.
  private func comment(_ byte: UInt8, _ depth: Int) throws {
    let next = try peek(1)
    if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
      pass(2)
      if depth == 1 { endComment() } else { state = .comment(depth: depth - 1) }
    } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
      pass(2)
      state = .comment(depth: depth + 1)
    } else {
      pass(max(1, run { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "/") }))
    }
  }

  /// A backslash outside quotation marks begins a command of psql, which ends with the line.
  private func command() throws -> Item {
    let place = line
    var text: [UInt8] = []
    position += 1
    while let byte = try peek(), byte != Self.newline {
      if text.count >= Self.commandLimit { throw ImportProblem.tooLong("commands", line: place) }
      text.append(byte)
      position += 1
    }
    return .command(String(decoding: text, as: UTF8.self), line: place)
  }

  // MARK: Rows

  /// Passes on the rows after a `COPY … FROM stdin`, up to the line `\.`.
  func copyRows(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    // The rows begin on the line after the statement.
    while let byte = try peek() {
      position += 1
      if byte == Self.newline { break }
    }
    line += 1
    let start = line
    while try peek() != nil {
      let found = nextRows()
      if found.byteCount > 0 {
        try buffer.withUnsafeBytes {
          try body(UnsafeRawBufferPointer(rebasing: $0[position..<(position + found.byteCount)]))
        }
      }
      position += found.byteCount + found.endByteCount
      line += found.lineCount
      if found.endByteCount > 0 { return }
      // The buffer ends inside a line. The script may end after the last line without a newline.
      let left = buffer.count - position
      if left > 0, try peek(left) == nil, buffer[position...].elementsEqual(#"\."#.utf8) {
        position = buffer.count
        return
      }
      if left > 0 && isAtEnd { break }
    }
    throw ImportProblem.unterminated(line: start)
  }

  /// The part of the rows that is in the buffer, up to the line that ends them.
  private func nextRows() -> (byteCount: Int, endByteCount: Int, lineCount: Int) {
    buffer.withUnsafeBytes { bytes in
      var (place, lines) = (position, 0)
      while place < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
        let length = LineScan.end(of: rest)
        let isWhole = rest[length - 1] == Self.newline
        // This may still become the end of the rows. Longer text need not be held until its line ends.
        if !isWhole && !isInLine && length <= 3 { break }
        if isWhole { lines += 1 }
        let isShort = length == 3 || length == 4 && rest[2] == 0x0D
        if isWhole, isShort, !isInLine, rest[0] == UInt8(ascii: "\\"), rest[1] == UInt8(ascii: ".") {
          return (place - position, length, lines)
        }
        isInLine = !isWhole
        place += length
      }
      return (place - position, 0, lines)
    }
  }
}
