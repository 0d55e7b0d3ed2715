// Masks secrets in JSON: members with secret names, lists of arguments, pairs of a name and a value, and whatever the texts
// contain.

enum RedactedJSON {
  /// nil if the text is not an object or a list.
  static func redacted(_ text: String) -> String? {
    let first = text.utf8.first { !$0.isBlank }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "["), let tree = JSONText(Array(text.utf8))
    else { return nil }
    var bytes: [UInt8] = []
    tree.redacted.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension JSONText {
  private var text: String? { if case .string(let text) = self { text } else { nil } }

  /// Whether the value of a member with a secret name must be masked.
  private func isHidden(by name: SecretName) -> Bool {
    switch self {
    case .literal(let bytes):
      (bytes.first?.isDigit == true || bytes.first == UInt8(ascii: "-")) && name.hides(bytes)
    case .string(let text): name.hides(Array(text.utf8))
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  fileprivate var redacted: JSONText {
    switch self {
    case .literal: return self
    case .string(let text): return .string(PlainRedaction.redacted(text))
    case .array(let values): return .array(Self.redacted(values))
    case .object(let members):
      // `{"name": "DB_PASSWORD", "value": "…"}`
      let named = ["name", "key", "Name", "Key"].lazy.compactMap { members[$0]?.text }
        .map { SecretName(Array($0.utf8)) }.first { $0.isSecret }
      var copy = members
      for (name, value) in members {
        var secret = SecretName(Array(name.utf8))
        if let named {
          if name.lowercased() == "value" { secret = named }
          if name.lowercased() == "key" { secret = .harmless }
        }
        let isHidden = secret.isSecret && value.isHidden(by: secret)
        copy[name] = isHidden ? .string(Redaction.mask) : value.redacted
      }
      return .object(copy)
    }
  }

  /// A list may be a command's arguments: `["--password", "…"]`, `["mysql", "-u", "root", "-p…"]`.
  private static func redacted(_ values: [JSONText]) -> [JSONText] {
    var options = CommandOptions()
    return values.map { value in
      guard let text = value.text else {
        options.endArgument()
        return value.redacted
      }
      return .string(options.redacted(argument: text) ?? PlainRedaction.redacted(text))
    }
  }
}
