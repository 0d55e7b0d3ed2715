// A stage's progress.md: its checkboxes by heading. People write it by hand, perhaps at this moment, so it is read as far as
// possible and never an error. Checkboxes in code and in comments do not count.

import FileSystem
import Glibc

package struct ProgressFile: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    package var text: String
    package var isDone: Bool
  }

  package struct Section: Sendable, Equatable {
    /// The heading; empty for text before the first one.
    package var title: String
    package var phase: Phase?
    package var items: [Item]
  }

  package static let name = "progress.md"
  /// The rest of a longer file is not read.
  static let byteLimit = 256 << 10

  /// The sections with checkboxes, in the order of the file.
  package var sections: [Section]
  /// Oddities in the file.
  package var problems: [String]

  /// - Returns: nil if there is no such file.
  package static func read(inFolder folder: BytePath) throws -> ProgressFile? {
    let path = folder.appending(name)
    let file: OpenFile
    // If it is a pipe, opening it must not block.
    do { file = try OpenFile.open(path, flags: O_RDONLY | O_NONBLOCK) } catch {
      if error.isMissing { return nil }
      throw error
    }
    let status = try file.status()
    guard status.kind == .regular else {
      return ProgressFile(sections: [], problems: ["\(name) is not a file"])
    }
    var bytes = [UInt8](repeating: 0, count: min(status.byteCount, byteLimit) + 1)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
    var progress = ProgressFile(parsing: Array(bytes[..<min(count, byteLimit)]))
    if count > byteLimit { progress.problems.append("\(name) is very long; its first 256 KiB were read") }
    return progress
  }

  init(sections: [Section], problems: [String]) { (self.sections, self.problems) = (sections, problems) }

  package init(parsing bytes: [UInt8]) {
    var reader = ProgressReader()
    let text = ForeignText.decode(bytes)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      reader.take(line)
    }
    self.init(sections: reader.sections.filter { !$0.items.isEmpty }, problems: reader.problems)
  }

  /// The open points, in order.
  package var openPoints: [(section: String, text: String)] {
    sections.flatMap { section in section.items.filter { !$0.isDone }.map { (section.title, $0.text) } }
  }

  package var counts: [StageProgress.Part] {
    sections.map { section in
      let done = section.items.count(where: \.isDone)
      return .init(title: section.title, done: done, open: section.items.count - done)
    }
  }
}

/// Reads line by line, as CommonMark with task lists does, as far as that matters here.
private struct ProgressReader {
  var sections: [ProgressFile.Section] = []
  var problems: [String] {
    if let fence {
      return [
        "\(ProgressFile.name): the code that begins in line \(fence.line) never ends; nothing after it counts"
      ]
    }
    return comment.map {
      ["\(ProgressFile.name): the comment that begins in line \($0) never ends; nothing after it counts"]
    } ?? []
  }

  /// The most levels of nested quotations that are read.
  private static let levelLimit = 100

  private var number = 0
  /// The index of each section.
  private var places: [String: Int] = [:]
  private var fence: (character: Character, count: Int, line: Int)?
  /// The line in which a comment began.
  private var comment: Int?
  /// The current phase, and the level of its heading.
  private var phase: (title: String, phase: Phase, level: Int)?
  private var title = ""
  private var isInList = false
  /// The last line, if it can become a heading by being underlined.
  private var paragraph: String?

  mutating func take(_ line: Substring) {
    number += 1
    let isCode = fence != nil
    guard let line = isCode ? line : uncommented(line) else { return }
    let (indentation, content) = Self.indented(Self.unquoted(line))
    if let fence {
      let run = content.prefix { $0 == fence.character }
      if run.count >= fence.count && content.dropFirst(run.count).allSatisfy(\.isWhitespace) {
        self.fence = nil
      }
      return
    }
    if let mark = content.first, mark == "`" || mark == "~" {
      let count = content.prefix { $0 == mark }.count
      if count >= 3 && !(mark == "`" && content.dropFirst(count).contains("`")) {
        fence = (mark, count, number)
        paragraph = nil
        return
      }
    }
    takeText(content, indentation: indentation)
  }

  private mutating func takeText(_ content: Substring, indentation: Int) {
    let before = paragraph
    paragraph = nil
    if content.isEmpty { return }
    if indentation < 4, let (level, text) = Self.heading(content) { return begin(text, level: level) }
    if indentation < 4, let before, let level = Self.underline(content) { return begin(before, level: level) }
    // Indented code, unless it belongs to a list item.
    if indentation >= 4 && !isInList { return }
    if let rest = Self.afterMarker(content) {
      isInList = true
      if let item = Self.checkbox(rest) { add(item) }
    } else if indentation == 0 {
      isInList = false
      paragraph = String(content)
    }
  }

  private mutating func begin(_ text: String, level: Int) {
    isInList = false
    title = String(text.prefix(200))
    if let current = phase, level <= current.level { phase = nil }
    // Inside a phase, “### Core” is an ordinary heading.
    if phase == nil, let named = Self.phase(of: text) { phase = (title, named, level) }
  }

  private mutating func add(_ item: ProgressFile.Item) {
    let title = phase?.title ?? title
    if let index = places[title] {
      sections[index].items.append(item)
    } else {
      places[title] = sections.count
      sections.append(.init(title: title, phase: phase?.phase, items: [item]))
    }
  }

  // MARK: Lines

  /// The part of a line that is outside comments; nil if there is none.
  private mutating func uncommented(_ line: Substring) -> Substring? {
    var (rest, kept, wasCommented) = (line, "", false)
    var isShown = false
    while true {
      if comment != nil {
        wasCommented = true
        guard let end = rest.firstRange(of: "-->") else { break }
        rest = rest[end.upperBound...]
        comment = nil
      } else {
        // Between backticks it is text, and begins no comment.
        guard let start = rest.firstRange(of: "<!--") else {
          kept += rest
          break
        }
        let before = rest[..<start.lowerBound]
        if before.count(where: { $0 == "`" }) % 2 == 1 { isShown.toggle() }
        if isShown {
          kept += rest
          break
        }
        kept += before
        rest = rest[start.upperBound...]
        comment = number
      }
    }
    return wasCommented && kept.allSatisfy(\.isWhitespace) ? nil : Substring(kept)
  }

  private static func unquoted(_ line: Substring) -> Substring {
    var rest = line
    for _ in 0..<levelLimit {
      let blanks = rest.prefix(4).prefix { $0 == " " }.count
      let content = rest.dropFirst(blanks)
      guard blanks < 4, content.first == ">" else { return rest }
      rest = content.dropFirst()
      if rest.first == " " { rest = rest.dropFirst() }
    }
    return rest
  }

  private static func indented(_ line: Substring) -> (Int, Substring) {
    var columns = 0
    let content = line.drop { character in
      if character == "\t" {
        columns += 4 - columns % 4
      } else if character == " " {
        columns += 1
      } else {
        return false
      }
      return true
    }
    let end = content.lastIndex { !$0.isWhitespace }
    return (columns, end.map { content[...$0] } ?? "")
  }

  private static func heading(_ content: Substring) -> (Int, String)? {
    let level = content.prefix { $0 == "#" }.count
    let rest = content.dropFirst(level)
    guard (1...6).contains(level), rest.isEmpty || rest.first?.isWhitespace == true else { return nil }
    var text = rest.drop(while: \.isWhitespace)
    let closing = text.reversed().prefix { $0 == "#" }.count
    let unclosed = text.dropLast(closing)
    if unclosed.isEmpty || unclosed.last?.isWhitespace == true { text = unclosed }
    return (level, trimmed(text))
  }

  private static func underline(_ content: Substring) -> Int? {
    guard let mark = content.first, mark == "=" || mark == "-", content.allSatisfy({ $0 == mark }) else {
      return nil
    }
    return mark == "=" ? 1 : 2
  }

  /// The text after the marker of a list item; lists can be nested.
  private static func afterMarker(_ content: Substring) -> Substring? {
    var (rest, found) = (content, false)
    while true {
      var after = rest
      if let first = rest.first, "-*+".contains(first) {
        after = rest.dropFirst()
      } else {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        let mark = rest.dropFirst(digits.count).first
        guard (1...9).contains(digits.count), mark == "." || mark == ")" else { return found ? rest : nil }
        after = rest.dropFirst(digits.count + 1)
      }
      guard after.isEmpty || after.first?.isWhitespace == true else { return found ? rest : nil }
      (rest, found) = (after.drop(while: \.isWhitespace), true)
    }
  }

  private static func checkbox(_ content: Substring) -> ProgressFile.Item? {
    let box = Array(content.prefix(4))
    guard box.count >= 3, box[0] == "[", box[2] == "]", box.count == 3 || box[3].isWhitespace else {
      return nil
    }
    guard box[1] == "x" || box[1] == "X" || box[1].isWhitespace else { return nil }
    return .init(text: trimmed(content.dropFirst(3)), isDone: !box[1].isWhitespace)
  }

  private static func trimmed(_ text: Substring) -> String {
    let content = text.drop(while: \.isWhitespace)
    return content.lastIndex { !$0.isWhitespace }.map { String(content[...$0]) } ?? ""
  }

  /// “Core”, “2. Core (the codec)”, “Phase core: …”, but not “Start the server”.
  private static func phase(of title: String) -> Phase? {
    var rest = title.lowercased()[...]
    func skip() { rest = rest.drop { !$0.isLetter } }
    skip()
    if rest.hasPrefix("phase") {
      rest = rest.dropFirst(5)
      skip()
    }
    let word = rest.prefix(while: \.isLetter)
    let next = rest.dropFirst(word.count).first { !$0.isWhitespace }
    if let next, next.isLetter || next.isNumber { return nil }
    return Phase(rawValue: String(word))
  }
}
