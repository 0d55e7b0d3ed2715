// Posts a notice to a webhook with curl, in the form that the service expects. The address is a secret, because anyone who knows it can
// post there: curl gets it on its standard input, as every user of the machine can see command lines, and it is in no message.

import FileSystem

struct NoticeWebhook: NoticeWay {
  enum Form: String, CaseIterable {
    case slack, discord, telegram, ntfy, json

    /// That of a well-known service.
    fileprivate init(of address: String) {
      let rest = address.drop { $0 != "/" }.drop { $0 == "/" }
      let host = String(rest.prefix { $0 != "/" && $0 != "?" }).lowercased()
      self =
        switch host {
        case "hooks.slack.com": .slack
        case "discord.com", "discordapp.com", "canary.discord.com": .discord
        case "api.telegram.org": .telegram
        case "ntfy.sh": .ntfy
        default: .json
        }
    }
  }

  /// The variable with the address, if no setting has it.
  private static let variable = "CHECKPOINT_WEBHOOK"
  /// Seconds for one attempt, and for all of them.
  private static let (attemptLimit, limit) = (10, 45.0)

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
    guard address.hasPrefix("https://") || address.hasPrefix("http://"),
      address.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) })
    else { throw NoticeProblem(reason: "the address does not begin with https:// or http://") }
    let (body, type) = try body(notice)
    var configuration = "url = \(Self.quoted(address))\ndata-raw = \(Self.quoted(body))\n"
    configuration += "header = \(Self.quoted("Content-Type: \(type)"))\n"
    if form == .ntfy {
      configuration += "header = \(Self.quoted("Title: \(Self.plain(notice.title))"))\n"
      configuration += "header = \"Priority: \(notice.event == .failed ? "high" : "default")\"\n"
    }
    var curl = Subprocess(
      [
        // Not the user's own curlrc: it may print what must not be seen.
        "curl", "--disable", "--silent", "--show-error", "--fail", "--output", "/dev/null", "--max-time",
        BytePath("\(Self.attemptLimit)"), "--retry", "3", "--retry-connrefused", "--proto", "=http,https",
        "--config",
        "-",
      ], limit: Self.limit, label: "curl")
    curl.environment = environment
    do { try curl.output(input: Array(configuration.utf8)) } catch let error as SubprocessError {
      if error.reason == .notFound { throw NoticeProblem(reason: "there is no program curl") }
      throw NoticeProblem(
        reason: error.message.isEmpty ? "curl: \(error.reason)" : withoutAddress(error.message))
    }
  }

  /// Curl does not print the address, but a proxy's or a server's text may.
  private func withoutAddress(_ text: String) -> String {
    Redaction.redacted(text.replacing(address, with: "the address"))
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
    case .ntfy: return (notice.message, "text/plain; charset=utf-8")
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
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// For a header.
  private static func plain(_ text: String) -> String {
    String(text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
  }

  /// As curl's configuration has it.
  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n").replacing("\r", with: "\\r").replacing("\t", with: "\\t")
    return "\"\(escaped)\""
  }
}
