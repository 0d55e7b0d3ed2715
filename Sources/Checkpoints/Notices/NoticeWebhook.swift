// Posts a notice to a webhook with curl, in the form that the service expects. The address is a secret, because anyone who knows it can
// post there: curl gets it on its standard input, as every user of the machine can see command lines, and it is in no message.

import FileSystem

struct NoticeWebhook: NoticeWay {
  enum Form: String, CaseIterable {
    case slack, discord, telegram, ntfy, json

    /// That of a well-known service.
    fileprivate init(of address: String) {
      let host = NoticeWebhook.host(of: address)
      func isOf(_ domain: String) -> Bool { host == domain || host.hasSuffix(".\(domain)") }
      self =
        isOf("slack.com")
        ? .slack
        : isOf("discord.com") || isOf("discordapp.com")
          ? .discord : isOf("telegram.org") ? .telegram : isOf("ntfy.sh") ? .ntfy : .json
    }
  }

  /// Without user, password and port.
  private static func host(of address: String) -> String {
    guard let slashes = address.utf8.firstRange(of: "://".utf8) else { return "" }
    // By scalars, as curl reads it.
    let authority = address[slashes.upperBound...].unicodeScalars.prefix {
      !"/?#".unicodeScalars.contains($0)
    }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
    return String(Substring(host.prefix { $0 != ":" })).lowercased()
  }

  /// The variable with the address, if no setting has it.
  private static let variable = "CHECKPOINT_WEBHOOK"
  /// Seconds for one attempt, until no other one begins, and for all of it.
  private static let (attemptLimit, retryLimit, limit) = (10, 25, 45.0)

  private let address: String
  private let form: Form
  private let environment: [String: String]

  let name = "webhook"

  /// nil if there is no address.
  init?(_ project: Project) throws {
    guard let address = project.settings[.notifyWebhook] ?? project.environment[Self.variable],
      !address.isEmpty
    else { return nil }
    self.address = address
    environment = project.environment
    let chosen = try project.settings[.notifyForm]
    form = Form(rawValue: chosen) ?? Form(of: address)
  }

  func send(_ notice: Notice) throws {
    guard address.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
      throw NoticeProblem(reason: "the address has spaces or letters beyond ASCII, which have to be encoded")
    }
    guard ["https://", "http://"].contains(where: address.lowercased().hasPrefix) else {
      throw NoticeProblem(reason: "the address does not begin with https:// or http://")
    }
    let (body, type) = try body(notice)
    var lines = [("url", address), ("data-raw", body), ("header", "Content-Type: \(type)")]
    if form == .ntfy {
      lines.append(("header", "Title: \(EncodedWord.header(notice.title, separator: " "))"))
      lines.append(("header", "Priority: \(notice.event == .failed ? "high" : "default")"))
    }
    var curl = Subprocess(
      [
        // Not the user's own curlrc, which may print what must not be seen; and an address is one address.
        "curl", "--disable", "--silent", "--globoff", "--output", "/dev/null", "--write-out", "%{http_code}",
        "--max-time", BytePath("\(Self.attemptLimit)"), "--retry", "3", "--retry-connrefused",
        "--retry-max-time", BytePath("\(Self.retryLimit)"), "--proto", "=http,https", "--config", "-",
      ], limit: Self.limit, label: "curl")
    curl.environment = environment
    let configuration = lines.map { "\($0) = \(Self.quoted($1))\n" }.joined()
    do {
      let output = try curl.output(input: Array(configuration.utf8))
      try Self.check(String(decoding: output, as: UTF8.self))
    } catch let error as SubprocessError { throw NoticeProblem(reason: Self.words(error)) }
  }

  /// - Parameter code: the status of the last answer.
  private static func check(_ code: String) throws {
    switch code.first {
    case "2": return
    case "3":
      throw NoticeProblem(reason: "the server redirects (HTTP \(code)): set the address that it leads to")
    default: throw NoticeProblem(reason: "the server refused it (HTTP \(code))")
    }
  }

  /// In our own words, because curl's may have the address in them. The codes are those of curl(1).
  private static func words(_ error: SubprocessError) -> String {
    switch error.reason {
    case .notFound: "there is no program curl"
    case .timedOut: "the server did not answer in time"
    case .killed(let signal): "curl was ended by signal \(signal)"
    case .failed(3): "curl cannot read the address"
    case .failed(5): "the host of the proxy was not found"
    case .failed(6): "the host was not found"
    case .failed(7): "no connection to the host"
    case .failed(28): "the server did not answer in time"
    case .failed(35), .failed(51), .failed(58), .failed(60), .failed(77):
      "there is no encrypted connection to be had: is the certificate right?"
    case .failed(let code): "curl failed with exit code \(code)"
    }
  }

  private func body(_ notice: Notice) throws -> (text: String, type: String) {
    let json = "application/json"
    func encoded(_ value: some Encodable) throws -> String {
      String(decoding: try JSON.encodeCompactly(value), as: UTF8.self)
    }
    switch form {
    case .slack: return (try encoded(["text": Self.slackText(notice.text)]), json)
    case .discord:
      // A name in a message must not notify anyone.
      let longest = 1900
      return (
        try encoded(DiscordMessage(content: String(notice.text.prefix(longest)))), json
      )
    case .telegram: return (try encoded(["text": String(notice.text.prefix(4000))]), json)
    case .ntfy:
      return (
        "\(notice.message)\n\(notice.project) on \(notice.host), \(notice.at.shown)",
        "text/plain; charset=utf-8"
      )
    case .json: return (try encoded(notice), json)
    }
  }

  private struct DiscordMessage: Encodable {
    let content: String
    let allowedMentions = ["parse": [String]()]

    enum CodingKeys: String, CodingKey {
      case content
      case allowedMentions = "allowed_mentions"
    }
  }

  /// Slack reads three characters as markup, also those that call everybody.
  private static func slackText(_ text: String) -> String {
    escaped(text) { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: nil
      }
    }
  }

  /// As curl's configuration has it.
  private static func quoted(_ text: String) -> String {
    let inner = escaped(text) { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      default: nil
      }
    }
    return "\"\(inner)\""
  }

  /// Scalar by scalar: a mark that follows a quotation mark makes one character with it, which is still a quotation mark to others.
  private static func escaped(_ text: String, _ escape: (UnicodeScalar) -> String?) -> String {
    text.unicodeScalars.map { escape($0) ?? String($0) }.joined()
  }
}
