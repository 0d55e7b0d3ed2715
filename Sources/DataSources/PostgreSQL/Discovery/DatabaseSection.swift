// The text of the settings section with a database's address, as `init` writes it.

import Checkpoints
import FileSystem

enum DatabaseSection {
  /// - Parameter namesClientPrefix: whether the user has just given the words that run PostgreSQL's programs. Those in git's
  ///   own configuration belong to this user, and would not be trusted in the committed file.
  static func text(of database: LocatedDatabase, namesClientPrefix: Bool) -> String {
    let variable = SettingKey.databaseVariable.setting
    let address = SettingKey.databaseURL.setting
    var text = "[\(address.section) \"\(database.name)\"]\n"
    if let name = database.variable {
      text += "\t# \(variable.meaning)\n\t\(variable.name) = \(name)\n"
    } else if !database.parameters.values.isEmpty {
      text += "\t\(address.name) = \(quoted(database.parameters.url))\n"
    } else {
      text += "\t# Host, port, user and name come from PG* variables.\n\t\(address.name) = postgresql:///\n"
    }
    if namesClientPrefix {
      let words = database.clientPrefix.joined(separator: " ")
      text += "\t\(SettingKey.clientPrefix.setting.name) = \(quoted(words))\n"
    }
    return text
  }

  private static func quoted(_ value: String) -> String {
    "\"" + value.substituting("\\", with: "\\\\").substituting("\"", with: "\\\"") + "\""
  }
}
