// Whether the value of a name is a secret. Names are compared word by word (`dbPassword`, `DB_PASSWORD`, `db.password`), so
// that an author is no `auth` and a compass no `pass`. Some values are certainly no secrets (`${PASSWORD}`, the path of a
// password file, a number of tokens).

struct SecretName {
  enum Strength: Int, Comparable {
    /// `weak`: a word with other meanings as well, such as `key`, `auth`, `signature`.
    case none, weak, strong
    static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
  }

  /// In lower case.
  let words: [String]
  let strength: Strength

  static let harmless = SecretName([])
  /// The name for secrets that have none of their own.
  static let password = SecretName(Array("password".utf8))

  /// Names are short; only the end of a longer one is looked at.
  private static let limit = 128

  init(_ name: some BidirectionalCollection<UInt8>) {
    words = Self.words(of: name.suffix(Self.limit))
    strength = Self.strength(of: words)
  }

  var isSecret: Bool { strength > .none }

  private static func words(of name: some Collection<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var wasLower = false
    func end() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in name {
      let isUpper = byte.isUpper
      if wasLower && isUpper { end() }
      wasLower = byte.isLower || byte.isDigit
      if byte.isLetter || byte.isDigit || byte >= 0x80 { word.append(byte.lowered) } else { end() }
    }
    end()
    return words
  }

  /// Every secret name contains one of these. Looking for them first makes long text fast to read.
  private static let parts: [[[UInt8]]] = {
    var table = [[[UInt8]]](repeating: [], count: 256)
    for part in [
      "pass", "pw", "kennwort", "contrasena", "cred", "key", "secret", "connection", "token", "psk", "mdp",
      "senha", "pin",
      "otp", "cert", "auth", "cookie", "dsn", "jwt", "bearer", "salt", "sig", "webhook", "hmac",
    ] {
      let bytes = Array(part.utf8)
      table[Int(bytes[0])].append(bytes)
    }
    return table
  }()

  /// False for most words that are no secret names; a fast first test.
  static func mayBeSecret(_ name: ArraySlice<UInt8>) -> Bool {
    var index = max(name.startIndex, name.endIndex - limit)
    let end = name.endIndex
    while index < end {
      for part in parts[Int(name[index].lowered)] where index + part.count <= end {
        var offset = 1
        while offset < part.count, name[index + offset].lowered == part[offset] { offset += 1 }
        if offset == part.count { return true }
      }
      index += 1
    }
    return false
  }

  // MARK: Words

  private static let stems = [
    "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "contrasena", "credential",
    "apikey",
    "secretkey", "privatekey", "accesskey", "accountkey", "masterkey", "encryptionkey", "signingkey",
    "connectionstring", "connectionuri",
  ]
  private static let strongWords: Set<String> = [
    "pass", "pwd", "pw", "cred", "creds", "token", "tokens", "psk", "mdp", "senha",
  ]
  private static let strongEndings = ["token", "pass", "pwd", "secret", "secrets"]
  private static let weakWords: Set<String> = [
    "key", "keys", "pin", "otp", "totp", "cert", "certificate", "auth", "oauth", "authorization", "cookie",
    "cookies",
    "dsn", "jwt", "bearer", "salt", "signature", "sig", "webhook", "webhooks", "hmac", "authkey",
  ]
  private static let weakEndings = ["auth", "dsn", "cookie"]
  private static let notPass: Set<String> = [
    "bypass", "compass", "encompass", "trespass", "surpass", "overpass", "underpass", "multipass", "onepass",
    "firstpass", "secondpass", "singlepass", "renderpass",
  ]
  /// Before `key`, they make it an ordinary word.
  static let keyFronts: Set<String> = [
    "primary", "foreign", "sort", "cache", "partition", "public", "row", "group", "unique", "shard", "hot",
    "arrow",
    "idempotency", "routing", "index", "natural", "surrogate", "map", "translation", "lookup", "join", "hash",
    "range",
    "composite", "expired", "evicted", "duplicate", "object", "dict", "json", "config", "unknown", "missing",
    "any",
    "enter", "shift", "escape",
  ]

  private static func strength(of words: [String]) -> Strength {
    if words.isEmpty { return .none }
    let joined = words.joined()
    if stems.contains(where: joined.contains) { return .strong }
    var found = Strength.none
    for (index, word) in words.enumerated() {
      found = max(found, strength(of: word, after: index > 0 ? words[index - 1] : nil))
    }
    return found
  }

  private static func strength(of word: String, after front: String?) -> Strength {
    if strongWords.contains(word) { return .strong }
    if strongEndings.contains(where: word.hasSuffix) && !notPass.contains(word) { return .strong }
    if word.contains("secret") && !word.contains("secretar") && !word.contains("secreti") { return .strong }
    if word == "key" || word == "keys" { return front.map(keyFronts.contains) == true ? .none : .weak }
    return weakWords.contains(word) || weakEndings.contains(where: word.hasSuffix) ? .weak : .none
  }

  // MARK: Values

  private static let nothings: Set<String> = [
    "", "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "undefined", "redacted",
    "[redacted]",
    "<redacted>", "(redacted)", "[masked]", "[filtered]", "<none>", "<nil>", "(none)", "(null)", "%s",
    "required",
  ]
  private static let counts: Set<String> = [
    "keys", "tokens", "cookies", "secrets", "webhooks", "credentials", "passwords",
  ]
  private static let places: Set<String> = [
    "file", "path", "dir", "directory", "folder", "socket", "sock", "location", "filename",
  ]
  private static let measures: Set<String> = [
    "length", "len", "count", "size", "limit", "ttl", "timeout", "expiry", "expires", "expiration",
    "lifetime", "age",
    "max", "min", "seconds", "minutes", "hours", "days", "in", "at", "attempts", "retries", "rounds",
    "iterations",
    "version", "bits", "interval", "usage", "used",
  ]
  private static let properties: Set<String> = [
    "type", "method", "algorithm", "alg", "policy", "mode", "strategy", "provider", "plugin", "scheme",
    "backend",
    "driver", "format", "encoding", "header", "field", "column", "domain", "samesite", "issuer", "audience",
    "realm",
    "name",
  ]
  private static let methods: Set<String> = [
    "scram-sha-256", "md5", "trust", "peer", "ident", "basic", "bearer", "digest", "plain", "oauth", "oauth2",
    "saml",
    "ldap", "cert", "gss", "jwt", "enabled", "disabled",
  ]

  /// Whether a value with a secret name should not be shown.
  /// - Parameter value: without the quotes around it.
  func hides(_ value: some BidirectionalCollection<UInt8>) -> Bool {
    let text = String(decoding: value.prefix(256), as: UTF8.self)
    let last = words.last ?? ""
    if Self.nothings.contains(text.lowercased()) || text.allSatisfy({ $0 == "*" }) { return false }
    if Self.isReference(text) { return false }
    if Self.counts.contains(last) && Self.isNumber(text.prefix { $0 != " " }) { return false }
    if Self.places.contains(last) && Self.isPath(text) { return false }
    if Self.measures.contains(last) && Self.isMeasure(text) { return false }
    if Self.properties.contains(last) && Self.isPlainWord(text) { return false }
    if strength == .weak && hidesNothing(text, last) { return false }
    // `PWD` is the shell's working directory, but also a usual name for a password in .NET.
    return !(last.hasSuffix("pwd") && words.count == 1 && text.hasPrefix("/"))
  }

  private func hidesNothing(_ text: String, _ last: String) -> Bool {
    if Self.isPath(text) && (text.hasPrefix("/") || text.hasPrefix("~")) { return true }
    switch last {
    case "auth": return Self.methods.contains(text.lowercased())
    case "sig":
      return Self.isNumber(text) || text.utf8.count <= 9 && text.utf8.allSatisfy(\.isUpper)
    case "key", "keys":
      // `key: DB_PASSWORD` names one.
      let name = SecretName(Array(text.utf8))
      return name.strength == .strong && text.utf8.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "_") }
    default: return false
    }
  }

  /// `${NAME}`, `$NAME`, `{{ name }}`, `process.env.NAME`
  private static func isReference(_ text: String) -> Bool {
    func isName(_ name: Substring) -> Bool {
      !name.isEmpty
        && name.utf8.allSatisfy {
          $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
    }
    if text.hasPrefix("${") && text.hasSuffix("}") { return isName(text.dropFirst(2).dropLast()) }
    if text.hasPrefix("{{") && text.hasSuffix("}}") {
      return text.utf8.allSatisfy { !$0.isQuote } && text.utf8.count < 80
    }
    if text.hasPrefix("process.env.") { return isName(text[...]) }
    return text.hasPrefix("$") && isName(text.dropFirst()) && !text.utf8.contains { $0.isLower }
      && text.utf8.contains { $0.isUpper }
  }

  private static func isNumber(_ text: some StringProtocol) -> Bool {
    text.utf8.contains { $0.isDigit }
      && text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
  }

  private static func isPath(_ text: String) -> Bool {
    if text.contains(" ") { return false }
    return ["/", "./", "../", "~/"].contains(where: text.hasPrefix) && text.utf8.count > 1
      || [".pem", ".key", ".crt", ".txt", ".json", ".pgpass"].contains(where: text.hasSuffix)
  }

  private static func isMeasure(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isDigit, text.utf8.count <= 32 else { return false }
    let digits = text.utf8.count { !$0.isLetter }
    return text.utf8.count - digits <= 7
  }

  private static func isPlainWord(_ text: String) -> Bool {
    text.utf8.count <= 40 && text.utf8.first.map { $0.isLetter || $0 == UInt8(ascii: ".") } == true
      && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_.".utf8.contains($0) }
  }
}

extension UInt8 {
  var isUpper: Bool { self >= 0x41 && self <= 0x5A }
  var isLower: Bool { self >= 0x61 && self <= 0x7A }
  var isLetter: Bool { isUpper || isLower }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var lowered: UInt8 { isUpper ? self | 0x20 : self }
  var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
  /// Arguments of a process are separated by zero bytes.
  var isBlank: Bool { self == 0x20 || self >= 0x09 && self <= 0x0D || self == 0 }
  var isNamePart: Bool { isLetter || isDigit || self == 0x5F || self == 0x2D || self == 0x2E || self >= 0x80 }
}
