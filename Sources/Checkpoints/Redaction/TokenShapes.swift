// Keys of well-known services, recognized by their prefixes and lengths, which the services chose for this purpose.

enum TokenShapes {
  private struct Shape {
    let beginning: [UInt8]
    /// The least number of bytes after the prefix.
    let count: Int
    /// Whether it has only capital letters and digits.
    var isCapital = false
    /// Whether the rest has neither `_` nor `-`, which ordinary names with this prefix have (`npm_config_registry`).
    var isOneWord = false
  }

  private static let shapes: [UInt8: [Shape]] = {
    var all: [Shape] = []
    func add(_ beginnings: String, _ count: Int, isCapital: Bool = false, isOneWord: Bool = false) {
      all += beginnings.split(separator: " ").map {
        Shape(beginning: Array($0.utf8), count: count, isCapital: isCapital, isOneWord: isOneWord)
      }
    }
    // AWS
    add("AKIA ASIA ABIA ACCA AIDA AROA", 12, isCapital: true)
    // GitHub, GitLab, Bitbucket, Atlassian
    add(
      "ghp_ gho_ ghs_ ghu_ ghr_ github_pat_ glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent- glimt-",
      12)
    add("ATATT3 ATBB ATCTT3", 16)
    // Stripe, Square, Shopify, PayPal's
    add(
      "sk_live_ sk_test_ rk_live_ rk_test_ whsec_ sq0atp- sq0csp- shpat_ shpss_ shpca_ shppa_ access_token$",
      12)
    // OpenAI, Anthropic and others of the kind
    add("sk-proj- sk-ant- sk-svcacct- sk-or- sk-", 16)
    add("gsk_ r8_ xai- pplx- hf_ csk-", 20, isOneWord: true)
    // Google
    add("AIza ya29. GOCSPX-", 16)
    // Slack
    add("xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe. xapp-", 10)
    // Registries
    add("npm_ rubygems_ dckr_pat_ dckr_oat_", 20, isOneWord: true)
    add("pypi-AgE pypi-Ag", 12)
    // Mail and messages
    add("SG.", 20)
    add("xkeysib- xsmtpsib- re_ PMAK- PMAT-", 20)
    add("key-", 32, isOneWord: true)
    // Hosting, data, monitoring
    add(
      "dop_v1_ doo_v1_ dor_v1_ sbp_ sb_secret_ pscale_tkn_ pscale_pw_ glsa_ glc_ lin_api_ ntn_ secret_ sntrys_ sntryu_",
      20)
    add(
      "NRAK- NRJS- NRII- HRKU- fo1_ fm1_ fm2_ hvs. hvb. hvr. dp.pt. dp.st. dp.ct. CFPAT- ops_ CCIPAT_ bkua_ sgp_ aio_",
      16)
    add("dapi", 32, isOneWord: true)
    add("eyJ", 20)
    add("AGE-SECRET-KEY-1", 20, isCapital: true)
    return Dictionary(grouping: all) { $0.beginning[0] }
  }()

  /// The token that starts with a word.
  /// - Parameter word: letters, digits and `_-.`.
  static func token(in text: [UInt8], _ word: Range<Int>, _ limit: Int) -> Range<Int>? {
    let bytes = text[word]
    if let first = bytes.first, let candidates = shapes[first],
      candidates.contains(where: { fits(bytes, $0) })
    {
      return word.lowerBound..<rest(of: word.upperBound, text, limit)
    }
    if isHexadecimal(bytes) || isOfDiscord(bytes) { return word }
    if let token = ofTelegram(text, word, limit) { return token }
    return hash(text, word, limit)
  }

  /// Base64 continues with further bytes.
  private static func rest(of index: Int, _ text: [UInt8], _ limit: Int) -> Int {
    var index = index
    while index < limit, text[index].isNamePart || "+/=~".utf8.contains(text[index]) { index += 1 }
    return index
  }

  private static func fits(_ word: ArraySlice<UInt8>, _ shape: Shape) -> Bool {
    guard word.count >= shape.beginning.count + shape.count, word.starts(with: shape.beginning) else {
      return false
    }
    let body = word.dropFirst(shape.beginning.count)
    if shape.isCapital { return body.allSatisfy { $0.isUpper || $0.isDigit } }
    if shape.isOneWord && body.contains(where: { "_-".utf8.contains($0) }) { return false }
    let longest = body.split { "_-.".utf8.contains($0) }.map(\.count).max() ?? 0
    return longest >= 10 && isRandom(body)
  }

  /// Whether the bytes look random: letters and digits, or capital and small letters in no order.
  static func isRandom(_ bytes: ArraySlice<UInt8>) -> Bool {
    var (letters, digits, changes, wasLower) = (0, 0, 0, false)
    for byte in bytes {
      letters += byte.isLetter ? 1 : 0
      digits += byte.isDigit ? 1 : 0
      if byte.isUpper && wasLower { changes += 1 }
      wasLower = byte.isLower
    }
    return letters > 0 && digits > 0 || changes >= 2 || letters > 0 && bytes.last == UInt8(ascii: "=")
  }

  /// Twilio's `SK…` and Mailchimp's `…-us12`
  private static func isHexadecimal(_ word: ArraySlice<UInt8>) -> Bool {
    func isHash(_ bytes: ArraySlice<UInt8>) -> Bool {
      bytes.count == 32 && bytes.allSatisfy { $0.isDigit || $0 >= 0x61 && $0 <= 0x66 }
    }
    if word.count == 34 && word.starts(with: "SK".utf8) { return isHash(word.dropFirst(2)) }
    return (36...38).contains(word.count) && isHash(word.prefix(32))
      && word.dropFirst(32).starts(with: "-us".utf8)
  }

  /// A bot's token: an id, a time and a signature.
  private static func isOfDiscord(_ word: ArraySlice<UInt8>) -> Bool {
    guard (55...90).contains(word.count), let first = word.first, "MNO".utf8.contains(first) else {
      return false
    }
    let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3 && (23...28).contains(parts[0].count) && (6...7).contains(parts[1].count)
      && parts[2].count >= 27
  }

  /// `123456789:AA…`
  private static func ofTelegram(_ text: [UInt8], _ word: Range<Int>, _ limit: Int) -> Range<Int>? {
    let digits = text[word].suffix(while: \.isDigit)
    guard (8...10).contains(digits.count), digits.count == word.count || text[word].starts(with: "bot".utf8),
      word.upperBound + 33 < limit, text[word.upperBound] == UInt8(ascii: ":")
    else { return nil }
    let rest = text[(word.upperBound + 1)..<limit].prefix { $0.isNamePart }
    return rest.count >= 30 && rest.starts(with: "AA".utf8) ? word.upperBound + 1..<rest.endIndex : nil
  }

  /// `$2b$12$…`, `$argon2id$…`, `SCRAM-SHA-256$4096:…`
  private static func hash(_ text: [UInt8], _ word: Range<Int>, _ limit: Int) -> Range<Int>? {
    guard word.upperBound < limit, text[word.upperBound] == UInt8(ascii: "$"), (1...16).contains(word.count)
    else { return nil }
    let name = String(decoding: text[word], as: UTF8.self)
    let isCrypt = word.lowerBound > 0 && text[word.lowerBound - 1] == UInt8(ascii: "$")
    guard
      isCrypt && ["1", "2a", "2b", "2y", "5", "6", "y", "argon2id", "argon2i", "scrypt"].contains(name)
        || name == "SCRAM-SHA-256"
    else { return nil }
    let rest = text[(word.upperBound + 1)..<limit].prefix { $0.isNamePart || "$/+=,:".utf8.contains($0) }
    return rest.count >= 16 ? word.upperBound + 1..<rest.endIndex : nil
  }
}
