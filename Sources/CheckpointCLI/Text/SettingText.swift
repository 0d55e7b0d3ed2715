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
    case .address: address(value) ?? Redaction.redacted(value)
    case .text, .command, .words, .path, .glob, .pattern, .names: Redaction.redacted(value)
    }
  }

  /// An address without its password; nil for what is none, or takes in variables.
  static func address(_ text: String) -> String? {
    if !DotEnv.variables(in: text).isEmpty { return nil }
    return (try? ConnectionParameters(parsing: text))?.url
  }
}
