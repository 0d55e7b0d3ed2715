// Passwords in addresses, and the secret paths of webhooks.

struct AddressRedaction {
  private let text: [UInt8]
  private let line: Range<Int>
  private(set) var masks: [Range<Int>] = []

  /// Further addresses in one word, and longer ones, are not parsed but masked.
  private static let countLimit = 32
  private static let byteLimit = 4096

  init(_ text: [UInt8], _ line: Range<Int>) { (self.text, self.line) = (text, line) }

  mutating func run() {
    var index = line.lowerBound
    while index < line.upperBound {
      let first = index
      while index < line.upperBound, !text[index].isBlank, !text[index].isQuote,
        !"<>".utf8.contains(text[index])
      {
        index += 1
      }
      if index - first > 5 { word(first..<index) }
      index = max(index, first + 1)
    }
  }

  private mutating func word(_ word: Range<Int>) {
    var (index, count) = (word.lowerBound, 0)
    while let colon = text[index..<word.upperBound].firstIndex(of: UInt8(ascii: ":")) {
      index = colon + 1
      guard let first = afterSlashes(index, word.upperBound) else { continue }
      count += 1
      guard count <= Self.countLimit else {
        masks.append(first..<word.upperBound)
        return
      }
      address(
        first..<min(word.upperBound, first + Self.byteLimit), scheme: scheme(before: colon, word.lowerBound))
    }
    if count == 0 { withoutScheme(word) }
  }

  /// After `//`, or `\/\/` as PHP writes it in JSON.
  private func afterSlashes(_ index: Int, _ end: Int) -> Int? {
    if text[index..<end].starts(with: "//".utf8) { return index + 2 }
    return text[index..<end].starts(with: "\\/\\/".utf8) ? index + 4 : nil
  }

  private func scheme(before colon: Int, _ limit: Int) -> String {
    let bytes = text[max(limit, colon - 32)..<colon]
    let start =
      bytes.lastIndex { !$0.isNamePart && $0 != UInt8(ascii: "+") }.map { $0 + 1 } ?? bytes.startIndex
    return String(decoding: bytes[start...].map(\.lowered), as: UTF8.self)
  }

  private static let web: Set<String> = ["http", "https", "ws", "wss"]
  /// Schemes of notification services, with a token before the @.
  private static let notifying: Set<String> = [
    "discord", "slack", "telegram", "tgram", "teams", "pushover", "pushbullet", "gotify", "ntfys", "matrix",
  ]

  private mutating func address(_ address: Range<Int>, scheme: String) {
    let bytes = text[address]
    let isWeb = Self.web.contains(scheme)
    let end = authorityEnd(bytes, isWeb: isWeb)
    let authority = bytes[..<end]
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      if let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")) {
        let secret = authority[(colon + 1)..<at]
        // GitHub accepts a token as the user name.
        let isInUser =
          isWeb && (secret.isEmpty || secret.elementsEqual("x-oauth-basic".utf8)) && colon > bytes.startIndex
        if isInUser {
          masks.append(authority.startIndex..<colon)
        } else if !secret.isEmpty, SecretName.password.hides(secret) {
          masks.append(secret.indices)
        }
      } else if isWeb || Self.notifying.contains(scheme), at > authority.startIndex {
        masks.append(authority.startIndex..<at)
      }
    }
    if isWeb { hook(bytes) }
  }

  /// The end of user, password and host. A password may contain anything, even slashes; a web address sometimes has an @ in
  /// its path.
  private func authorityEnd(_ bytes: ArraySlice<UInt8>, isWeb: Bool) -> Int {
    guard isWeb else { return bytes.endIndex }
    let end = bytes.firstIndex { "/?#\\".utf8.contains($0) } ?? bytes.endIndex
    // After a colon, anything but a port is the beginning of a password.
    guard let colon = bytes[..<end].lastIndex(of: UInt8(ascii: ":")),
      !bytes[..<end].contains(UInt8(ascii: "@")),
      bytes.first != UInt8(ascii: "["), bytes[(colon + 1)..<end].contains(where: { !$0.isDigit }),
      let at = bytes[end...].lastIndex(of: UInt8(ascii: "@"))
    else { return end }
    return at + 1
  }

  // MARK: Without a scheme

  /// `user:password@tcp(host:3306)/db`, `user:password@host:5432`, `thin:user/password@host`, a line of `.pgpass`
  private mutating func withoutScheme(_ word: Range<Int>) {
    let bytes = text[word].prefix(Self.byteLimit)
    if let hook = WebhookAddress.known.first(where: { bytes.starts(with: $0.host.utf8) }),
      bytes.dropFirst(hook.host.utf8.count).first == UInt8(ascii: "/")
    {
      self.hook(bytes)
      return
    }
    encoded(bytes)
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return passwordFile(word) }
    guard isHost(bytes[(at + 1)...]) else { return }
    let front = bytes[..<at]
    if let thin = front.firstIndex(of: "thin:"), let slash = front[thin...].firstIndex(of: UInt8(ascii: "/"))
    {
      masks.append(slash + 1..<at)
      return
    }
    guard let colon = front.firstIndex(of: UInt8(ascii: ":")), colon > front.startIndex, colon + 1 < at else {
      return
    }
    let user = front[..<colon]
    let name = user.suffix(while: \.isNamePart)
    guard !name.isEmpty, SecretName.password.hides(front[(colon + 1)...]) else { return }
    masks.append(colon + 1..<at)
  }

  private func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.starts(with: "tcp(".utf8) || bytes.starts(with: "unix(".utf8) || bytes.starts(with: "(".utf8) {
      return true
    }
    let host = bytes.prefix { $0.isNamePart }
    guard let next = bytes[host.endIndex...].first,
      host.first?.isLetter == true || host.contains(UInt8(ascii: "."))
    else {
      return false
    }
    let rest = bytes[(host.endIndex + 1)...]
    let port = rest.prefix { $0.isDigit }
    // `image:tag@sha256:…` is no host.
    return next == UInt8(ascii: ":") && (2...5).contains(port.count)
      && rest[port.endIndex...].first.map { ":/,;)?]}".utf8.contains($0) } != false
  }

  /// `postgres%3A%2F%2Fuser%3Apassword%40host`
  private mutating func encoded(_ bytes: ArraySlice<UInt8>) {
    guard let begin = bytes.firstIndex(of: "%3A%2F%2F") ?? bytes.firstIndex(of: "%3a%2f%2f") else { return }
    let rest = bytes[(begin + 9)...]
    guard let at = rest.firstIndex(of: "%40"),
      let colon = rest[..<at].firstIndex(of: "%3A") ?? rest[..<at].firstIndex(of: "%3a"),
      colon + 3 < at
    else { return }
    masks.append(colon + 3..<at)
  }

  /// `host:5432:database:user:password`
  private mutating func passwordFile(_ word: Range<Int>) {
    guard word == line, text[word].count <= 1024 else { return }
    let fields = text[word].split(
      separator: UInt8(ascii: ":"), maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count == 5, !fields[4].isEmpty, fields.dropLast().allSatisfy({ !$0.isEmpty }) else { return }
    let star = [UInt8(ascii: "*")]
    let isPort = fields[1].elementsEqual(star) || fields[1].allSatisfy(\.isDigit) && fields[1].count <= 5
    let isName = fields[2...3].allSatisfy {
      $0.elementsEqual(star) || $0.first?.isLetter == true || $0.first == UInt8(ascii: "_")
    }
    let isHexadecimal = fields.allSatisfy {
      $0.count <= 4
        && $0.allSatisfy { $0.isDigit || ("a"..."f").contains(Character(UnicodeScalar($0.lowered))) }
    }
    if isPort && isName && !isHexadecimal && !fields[0].contains(UInt8(ascii: "/")) {
      masks.append(fields[4].indices)
    }
  }

  // MARK: Webhooks

  private mutating func hook(_ address: ArraySlice<UInt8>) {
    if let secret = WebhookAddress.secret(in: address) { masks.append(secret) }
  }
}
