// What pg_restore reports about entries that it could not restore, read from its standard error while it continues with the
// others. Only with --verbose does it name the entry of an error; several workers write at once, but each message is in one
// piece.

import Postgres

struct RestoreFailures: Sendable {
  /// The message of the first error of each entry, by the entry's number.
  private(set) var messages: [Int: String] = [:]
  /// Whether it reached its end despite them.
  private(set) var isComplete = false
  /// The last errors as it wrote them.
  private(set) var complaints: [String] = []
  /// A server without room for another connection says nothing about an entry.
  private var isRefused: Bool { complaints.contains { $0.isAboutTooManyConnections } }

  /// Whether it restored everything except the entries that it named.
  var areAllNamed: Bool { isComplete && !messages.isEmpty && !isRefused }

  private var entry: Int?
  private var isComplaint = false
  private var rest: [UInt8] = []

  private static let shownCharacters = 300
  private static let shownLines = 20

  mutating func read(_ bytes: UnsafeRawBufferPointer) {
    rest += bytes
    while let end = rest.firstIndex(of: 0x0A) {
      line(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeFirst(end + 1)
    }
  }

  /// `pg_restore: from TOC entry 3317; 2606 16390 FK CONSTRAINT c c_p_fkey postgres`, and then
  /// `pg_restore: error: could not execute query: ERROR:  insert or update on table …`
  private mutating func line(_ text: String) {
    let isStart = text.hasPrefix("pg_restore: ")
    if let found = text.firstRange(of: "from TOC entry "),
      let number = Int(text[found.upperBound...].prefix { $0.isNumber })
    {
      entry = number
      messages[number] = messages[number] ?? ""
    } else if let found = text.firstRange(of: "pg_restore: error: ") {
      note(text[found.upperBound...])
      isComplaint = true
    } else if text.contains("errors ignored on restore") {
      isComplete = true
    } else if isStart {
      isComplaint = text.contains("fatal:")
    }
    if isComplaint && !text.isEmpty { complaints = complaints.suffix(Self.shownLines - 1) + [text] }
  }

  private mutating func note(_ error: Substring) {
    guard let entry, messages[entry]?.isEmpty == true else { return }
    var message = error
    for words in ["could not execute query: ", "ERROR:"] where message.hasPrefix(words) {
      message = message.dropFirst(words.count).drop(while: \.isWhitespace)
    }
    messages[entry] = String(message.prefix(Self.shownCharacters))
  }
}
