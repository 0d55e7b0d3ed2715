// Which arguments of a command are secrets. `-p` is a password for some programs, a port or a path for others. The program
// named before it decides; if none is known, the form of the value does.

struct CommandOptions {
  enum Kind: Equatable {
    /// The whole value. `isCertain` if the program is known to mean that.
    case secret(isCertain: Bool)
    /// The part after the separator, as in `user:password`.
    case pair(separator: UInt8, isCertain: Bool)
    case named(SecretName)

    static func == (one: Self, other: Self) -> Bool {
      switch (one, other) {
      case (.secret(let a), .secret(let b)): a == b
      case (.pair(let a, let b), .pair(let c, let d)): (a, b) == (c, d)
      case (.named(let a), .named(let b)): a.words == b.words
      default: false
      }
    }
  }

  enum Reading {
    case attached(Kind, ArraySlice<UInt8>)
    /// The next argument is the value.
    case next(Kind)
  }

  private var program = Program.unknown
  private var expected: Kind?

  // MARK: Arguments, one by one

  /// nil if its place among the others does not make it a secret.
  mutating func redacted(argument: String) -> String? {
    let bytes = Array(argument.utf8)
    let kind = expected
    expected = nil
    if let kind, let part = Self.secretPart(of: bytes[...], kind) { return Self.masked(bytes, part) }
    switch reading(of: bytes[...]) {
    case .attached(let kind, let value):
      return Self.secretPart(of: value, kind).map { Self.masked(bytes, $0) }
    case .next(let kind): expected = kind
    case nil: note(word: bytes.drop { _ in false }.lastName)
    }
    return nil
  }

  mutating func endArgument() { expected = nil }

  private static func masked(_ bytes: [UInt8], _ part: Range<Int>) -> String {
    String(decoding: bytes[..<part.lowerBound], as: UTF8.self) + Redaction.mask
      + String(decoding: bytes[part.upperBound...], as: UTF8.self)
  }

  // MARK: Programs

  /// - Parameter word: perhaps the name of a program, without its directory.
  mutating func note(word: ArraySlice<UInt8>) {
    guard word.count <= 24, let first = word.first, first.isLetter || first.isDigit else { return }
    let name = String(decoding: word, as: UTF8.self)
    if let known = Program.known[name] {
      program = known
    } else if program.isContainer && (name == "exec" || name == "run" || name == "login") {
      // The next word may be another program that is not in the table.
      program = name == "login" ? .login : .unknownInContainer
    }
  }

  /// To be called after `|`, `;` and `&`.
  mutating func endCommand() { program = .unknown }

  // MARK: Options

  private static let pairNames: Set<String> = [
    "user", "proxy user", "userpwd", "login", "basic auth", "http auth", "auth",
  ]
  private static let flagFronts: Set<String> = [
    "no", "ask", "prompt", "disable", "enable", "skip", "without", "show",
  ]
  private static let flagEnds: Set<String> = ["stdin", "prompt", "interactive", "through"]

  /// - Parameter word: one argument, up to its first blank.
  func reading(of word: ArraySlice<UInt8>) -> Reading? {
    guard word.count >= 2, word.first == UInt8(ascii: "-") else { return nil }
    let letter = word[word.startIndex + 1]
    let name = SecretName(word)
    if letter == UInt8(ascii: "-")
      || word.count > 2 && !word.dropFirst().allSatisfy({ $0.isNamePart }) && name.isSecret
        && program.options[letter] == nil
    {
      return longReading(of: word, name)
    }
    let rest = word.dropFirst(2)
    if rest.isEmpty { return program.kind(of: letter).map { .next($0) } }
    if let kind = program.options[letter] {
      return .attached(kind, rest.first == UInt8(ascii: "=") ? rest.dropFirst() : rest)
    }
    if name.isSecret && !Self.isAttached(rest, to: letter) { return longReading(of: word, name) }
    if name.words.count == 1 && Self.pairNames.contains(name.words[0]) { return longReading(of: word, name) }
    guard let kind = program.kind(of: letter) else { return nil }
    if letter == UInt8(ascii: "p") && !Self.isAttached(rest, to: letter) { return nil }
    return .attached(kind, rest)
  }

  private func longReading(of word: ArraySlice<UInt8>, _ name: SecretName) -> Reading? {
    if let equals = word.firstIndex(of: UInt8(ascii: "=")) {
      let name = SecretName(word[..<equals])
      return Self.pairNames.contains(name.words.joined(separator: " "))
        ? .attached(.pair(separator: UInt8(ascii: ":"), isCertain: false), word[(equals + 1)...]) : nil
    }
    if Self.pairNames.contains(name.words.joined(separator: " ")) {
      return program.isContainer ? nil : .next(.pair(separator: UInt8(ascii: ":"), isCertain: false))
    }
    let isFlag =
      name.words.first.map(Self.flagFronts.contains) == true
      || name.words.last.map(Self.flagEnds.contains) == true
    return name.isSecret && !isFlag ? .next(.named(name)) : nil
  }

  private static let words: Set<String> = [
    "print0", "perm", "pix_fmt", "p2p", "pkcs8", "pkcs12", "profile:v", "pbkdf2", "p12",
  ]

  /// Whether the text right after `-p` is more likely a value than the rest of a long name with one hyphen.
  private static func isAttached(_ rest: ArraySlice<UInt8>, to letter: UInt8) -> Bool {
    if rest.first?.isQuote == true || rest.first == UInt8(ascii: "$") { return true }
    let name = String(decoding: [letter] + rest, as: UTF8.self)
    return letter == UInt8(ascii: "p") && rest.contains { $0.isDigit } && rest.contains { $0.isLetter }
      && !words.contains(name)
  }

  // MARK: Values

  /// The part of an option's value that is a secret, if any is.
  static func secretPart(of value: ArraySlice<UInt8>, _ kind: Kind) -> Range<Int>? {
    var part = value
    while let first = part.first, first == UInt8(ascii: "\\") || first.isQuote { part = part.dropFirst() }
    let quote = part.startIndex > value.startIndex ? value[part.startIndex - 1] : 0
    while let last = part.last, last == quote || last == UInt8(ascii: "\\") && quote != 0 {
      part = part.dropLast()
    }
    guard !part.isEmpty, !isOption(part) else { return nil }
    switch kind {
    case .named(let name): return name.hides(part) ? part.indices : nil
    case .secret(let isCertain):
      let isHarmless = !SecretName.password.hides(part) || !isCertain && (isPorts(part) || isPath(part))
      return isHarmless ? nil : part.indices
    case .pair(let separator, let isCertain):
      guard let place = part.firstIndex(of: separator), place > part.startIndex else { return nil }
      let (user, secret) = (part[..<place], part[(place + 1)...])
      guard !secret.isEmpty, !secret.starts(with: "//".utf8), SecretName.password.hides(secret) else {
        return nil
      }
      let isAddress =
        secret.allSatisfy(\.isDigit) && (user.allSatisfy(\.isDigit) || user.contains(UInt8(ascii: ".")))
      return !isCertain && isAddress ? nil : secret.indices
    }
  }

  private static func isOption(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.first == UInt8(ascii: "-") else { return false }
    let rest = value.dropFirst()
    return rest.first == UInt8(ascii: "-") && rest.dropFirst().first?.isLetter == true
      || rest.count == 1 && rest.first?.isLetter == true
  }

  /// `5432`, `127.0.0.1:80:8080/tcp`, `3000-3005`
  private static func isPorts(_ value: ArraySlice<UInt8>) -> Bool {
    let text = value.prefix { $0 != UInt8(ascii: "/") }
    let rest = String(decoding: value[text.endIndex...], as: UTF8.self)
    guard ["", "/tcp", "/udp", "/sctp"].contains(rest), text.contains(where: \.isDigit) else { return false }
    let numbers = text.split { !$0.isDigit }
    return text.allSatisfy { $0.isDigit || ".:-,".utf8.contains($0) } && numbers.allSatisfy { $0.count <= 5 }
  }

  private static func isPath(_ value: ArraySlice<UInt8>) -> Bool {
    ["/", "./", "../", "~/"].contains { value.starts(with: $0.utf8) } || value.elementsEqual(".".utf8)
  }
}

extension ArraySlice<UInt8> {
  /// The part after the last slash.
  fileprivate var lastName: ArraySlice<UInt8> {
    lastIndex(of: UInt8(ascii: "/")).map { self[($0 + 1)...] } ?? self
  }
}
