// Values of settings as people may see them.

import Checkpoints
import DataSources
import Postgres

enum SettingText {
  /// A value without its secrets.
  static func shown(_ value: String, _ setting: Setting) -> String {
    switch setting.type {
    case .boolean, .number, .numberOrOff, .seconds, .size, .duration, .age, .schedule, .choice, .variable:
      value
    case .webhook: webhook(value)
    case .address: address(value) ?? Redaction.redacted(value)
    case .text, .command, .words, .path, .glob, .pattern, .names: Redaction.redacted(value)
    }
  }

  /// The service, without the part that only its user may know.
  private static func webhook(_ text: String) -> String {
    guard let slashes = text.utf8.firstRange(of: "://".utf8) else { return "…" }
    let authority = text[slashes.upperBound...].unicodeScalars.prefix { !"/?#".unicodeScalars.contains($0) }
    // By scalars: an @ that a combining mark follows ends a password, too.
    let host =
      authority.split(separator: "@", omittingEmptySubsequences: false).last.map { Substring($0) } ?? ""
    return "\(text[..<slashes.upperBound])\(host)/…"
  }

  /// An address without its password; nil for what is none, or takes in variables.
  static func address(_ text: String) -> String? {
    if !DotEnv.variables(in: text).isEmpty { return nil }
    return (try? ConnectionParameters(parsing: text))?.url
  }
}
