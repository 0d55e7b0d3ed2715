// Masks the secrets in a text, which it knows by their names and shapes: `pm2 jlist` prints whole environments, and a
// checkpoint must not hold a password. If in doubt, it masks. JSON is walked; other text is read line by line for named values,
// options of programs, addresses, private keys and tokens of known shapes. The time is linear in the text's length.

package enum Redaction {
  static let mask = "[redacted]"

  /// Keeps what is JSON (the whole, or single lines) valid JSON, with sorted members.
  package static func redacted(_ text: String) -> String {
    if let whole = RedactedJSON.redacted(text) { return whole }
    if !text.utf8.contains(UInt8(ascii: "{")) && !text.utf8.contains(UInt8(ascii: "[")) {
      return PlainRedaction.redacted(text)
    }
    // Programs print JSON line by line, or below a banner.
    var pieces: [String] = []
    var plain: [Substring] = []
    func flush() {
      if !plain.isEmpty { pieces.append(PlainRedaction.redacted(plain.joined(separator: "\n"))) }
      plain = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let value = RedactedJSON.redacted(String(line)) {
        flush()
        pieces.append(value)
      } else {
        plain.append(line)
      }
    }
    flush()
    return pieces.joined(separator: "\n")
  }

  /// - Parameter secrets: known ones, masked wherever they stand.
  static func redacted(_ text: String, masking secrets: [String]) -> String {
    // Before anything else, as long as they are whole, and the longest first, because one may contain another. Those of
    // fewer than four bytes would mask half of every word and hide nothing.
    let known = Set(secrets).filter { $0.utf8.count >= 4 }.sorted {
      ($1.utf8.count, $0) < ($0.utf8.count, $1)
    }
    return redacted(known.reduce(text) { $0.replacing($1, with: mask) })
  }

  /// Whether a value of this name is better not shown.
  package static func isSecret(_ name: some StringProtocol) -> Bool { SecretName(Array(name.utf8)).isSecret }
}
