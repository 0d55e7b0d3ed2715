// Masks the secrets in a text, which are recognized by their names and forms: `pm2 jlist` prints whole environments, and a
// checkpoint must not contain a password. In doubt, text is masked. JSON is walked; other text is read line by line for
// named values, options of programs, addresses, private keys and well-known tokens. The time is linear in the text's length.

import FileSystem

package enum Redaction {
  static let mask = "[redacted]"

  /// JSON (the whole text, or single lines) stays valid JSON, with sorted members.
  package static func redacted(_ text: String) -> String {
    if let whole = RedactedJSON.redacted(text) { return whole }
    if !text.utf8.contains(UInt8(ascii: "{")) && !text.utf8.contains(UInt8(ascii: "[")) {
      return PlainRedaction.redacted(text)
    }
    // Some programs print JSON line by line, or after a banner.
    var pieces: [String] = []
    var plain: [Substring] = []
    func flush() {
      if !plain.isEmpty { pieces.append(PlainRedaction.redacted(plain.joined(separator: "\n"))) }
      plain = []
    }
    // By scalars, because a carriage return and a line feed are one character.
    for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map({
      Substring($0)
    }) {
      if let value = RedactedJSON.redacted(String(line)) {
        flush()
        pieces.append(line.unicodeScalars.last == "\r" ? value + "\r" : value)
      } else {
        plain.append(line)
      }
    }
    flush()
    return pieces.joined(separator: "\n")
  }

  /// - Parameter secrets: known secrets, masked wherever they occur.
  static func redacted(_ text: String, masking secrets: [String]) -> String {
    // Known secrets first, while they are still whole; the longest first, because one may contain another. A secret of fewer
    // than four bytes would mask half of every word and hide nothing.
    let known = Set(secrets.map { ExactText($0) }).filter { $0.wrappedValue.utf8.count >= 4 }.sorted {
      one, other in
      let (count, otherCount) = (one.wrappedValue.utf8.count, other.wrappedValue.utf8.count)
      return count == otherCount ? one < other : count > otherCount
    }.map(\.wrappedValue)
    // By characters, too: a program may print “é” in the other of its two ways.
    return redacted(known.reduce(text) { $0.substituting($1, with: mask).replacing($1, with: mask) })
  }

  /// Whether a value with this name should not be shown.
  package static func isSecret(_ name: some StringProtocol) -> Bool { SecretName(Array(name.utf8)).isSecret }
}
