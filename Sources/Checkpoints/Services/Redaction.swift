// Text without secrets, as far as names and shapes tell them: `pm2 jlist` prints whole environments, and a checkpoint
// must not hold a password. Where in doubt, it masks. JSON is walked; in other text `NAME=value`, `name: value`,
// `--name value`, the password of a URL, private keys and tokens of known shapes are looked for.

import FoundationEssentials

package enum Redaction {
  static let mask = "[redacted]"

  /// Keeps what is JSON (the whole, or single lines) valid JSON, with sorted members.
  package static func redacted(_ text: String) -> String {
    if let whole = json(text) { return whole }
    if !text.contains("{") { return PlainRedaction.redacted(text) }
    // Programs print JSON line by line, or below a banner.
    var pieces: [String] = []
    var plain: [Substring] = []
    func flush() {
      if !plain.isEmpty { pieces.append(PlainRedaction.redacted(plain.joined(separator: "\n"))) }
      plain = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let value = json(String(line)) {
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
    // First, as long as they are whole. Shorter ones would mask half of every word, and hide nothing from anybody.
    redacted(secrets.filter { $0.utf8.count >= 4 }.reduce(text) { $0.replacing($1, with: mask) })
  }

  private static func json(_ text: String) -> String? {
    guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }),
      first == "{" || first == "[",
      let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))
    else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(tree.redacted) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let parts = [
    "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "credential", "auth",
    "cookie", "dsn", "jwt", "bearer", "salt", "signature", "webhook", "connectionstring", "privatekey",
  ]
  private static let words: Set<Substring> = [
    "pass", "key", "keys", "pin", "otp", "pw", "cert", "certificate",
  ]

  /// Whether a thing of this name is better not shown.
  package static func isSecret(_ name: some StringProtocol) -> Bool {
    var split = ""
    var wasLower = false
    for character in name {
      if wasLower && character.isUppercase { split.append(" ") }
      wasLower = character.isLowercase
      split.append(character.isLetter || character.isNumber ? Character(character.lowercased()) : " ")
    }
    let found = split.split(separator: " ")
    let joined = found.joined()
    return parts.contains { joined.contains($0) } || found.contains { words.contains($0) }
  }
}

/// JSON as a value. Numbers keep their value, not their writing.
private indirect enum JSONTree: Codable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let values = try? container.decode([JSONTree].self) {
      self = .array(values)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  private var text: String? { if case .string(let text) = self { text } else { nil } }

  private var isNothing: Bool {
    switch self {
    case .null, .bool: true
    default: false
    }
  }

  var redacted: JSONTree {
    switch self {
    case .null, .bool, .integer, .number: return self
    case .string(let text): return .string(PlainRedaction.redacted(text))
    case .array(let values):
      // `["--password", "…"]`
      var isValue = false
      return .array(
        values.map { value in
          defer { isValue = value.text.map { $0.hasPrefix("-") && Redaction.isSecret($0) } ?? false }
          return isValue && value.text != nil ? .string(Redaction.mask) : value.redacted
        })
    case .object(let members):
      // `{"name": "DB_PASSWORD", "value": "…"}`
      let isNamed = ["name", "key", "Name", "Key"].contains {
        members[$0]?.text.map(Redaction.isSecret) == true
      }
      var copy = members
      for (name, value) in members {
        let isSecret = Redaction.isSecret(name) && !(name.lowercased() == "key" && isNamed)
        let isItsValue = isNamed && name.lowercased() == "value"
        copy[name] = (isSecret || isItsValue) && !value.isNothing ? .string(Redaction.mask) : value.redacted
      }
      return .object(copy)
    }
  }
}
