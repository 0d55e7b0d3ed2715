// Addresses of webhooks. Anyone who knows one can post to it, so its path is a secret.

enum WebhookAddress {
  struct Known {
    let host: String
    /// The secret begins after this part of the path; if empty, right after the host.
    let after: String
  }

  static let known: [Known] = [
    ("hooks.slack.com", "services/"), ("hooks.slack.com", "workflows/"), ("hooks.slack.com", "triggers/"),
    ("hooks.slack.com", "commands/"), ("discord.com", "webhooks/"), ("discordapp.com", "webhooks/"),
    ("canary.discord.com", "webhooks/"), ("ptb.discord.com", "webhooks/"), ("outlook.office.com", "webhook/"),
    ("outlook.office365.com", "webhook/"), ("api.telegram.org", "bot"), ("hooks.zapier.com", "catch/"),
    ("maker.ifttt.com", "with/key/"), ("open.feishu.cn", "hook/"), ("open.larksuite.com", "hook/"),
    ("hc-ping.com", ""),
    ("webhook.site", ""), ("events.pagerduty.com", "integration/"), ("hook.integromat.com", ""),
    ("hooks.glip.com", "webhook/"),
    ("cronitor.link", "p/"), ("api.day.app", ""), ("sctapi.ftqq.com", ""), ("hooks.airtable.com", ""),
  ].map { Known(host: $0.0, after: $0.1) }

  /// Domains in which every customer has a host.
  private static let families: [Known] = [
    (".webhook.office.com", "webhookb2/"), (".logic.azure.com", "workflows/"), (".hook.make.com", ""),
    (".make.com", ""), (".environment.api.powerplatform.com", "workflows/"),
  ].map { Known(host: $0.0, after: $0.1) }

  private static let words: Set<String> = [
    "hook", "hooks", "webhook", "webhooks", "webhookb2", "incomingwebhook", "heartbeat",
  ]

  /// The secret part of an address.
  /// - Parameter address: starting with its host.
  static func secret(in address: ArraySlice<UInt8>) -> Range<Int>? {
    let host = address.prefix { $0.isNamePart || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") }
    let rest = address[host.endIndex...]
    let path = rest.prefix { !"?#,;)]}".utf8.contains($0) }.drop {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }
    guard !path.isEmpty else { return nil }
    let server = host.suffix(while: { $0 != UInt8(ascii: "@") }).prefix { $0 != UInt8(ascii: ":") }
    let name = String(decoding: server.map(\.lowered), as: UTF8.self)
    let plain = String(decoding: path, as: UTF8.self)
    for candidate in known where candidate.host == name {
      if let secret = part(of: path, after: candidate.after) { return secret }
    }
    for family in families
    where name.hasSuffix(family.host) && (family.host != ".make.com" || name.hasPrefix("hook.")) {
      if let secret = part(of: path, after: family.after) { return secret }
    }
    return plain.utf8.count > 4 ? ofOthers(path) : nil
  }

  private static func part(of path: ArraySlice<UInt8>, after front: String) -> Range<Int>? {
    if front.isEmpty { return path.indices }
    let wanted = Array(front.utf8)
    var index = path.startIndex
    while index + wanted.count < path.endIndex {
      let isStart = index == path.startIndex || path[index - 1] == UInt8(ascii: "/")
      if isStart, path[index...].lazy.filter({ $0 != UInt8(ascii: "\\") }).map(\.lowered).starts(with: wanted)
      {
        return index + wanted.count..<path.endIndex
      }
      index += 1
    }
    return nil
  }

  /// Webhooks on other hosts: what looks random after such a word, as in `/hooks/8xqt3b…`.
  private static func ofOthers(_ path: ArraySlice<UInt8>) -> Range<Int>? {
    var isAfterWord = false
    for segment in path.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
      if isAfterWord, segment.count >= 7, !segment.contains(UInt8(ascii: ".")), TokenShapes.isRandom(segment)
      {
        return segment.startIndex..<path.endIndex
      }
      isAfterWord =
        isAfterWord
        || segment.count <= 16 && words.contains(String(decoding: segment.map(\.lowered), as: UTF8.self))
    }
    return nil
  }
}
