// The origin of a database's address. Its text is for people only.

import FileSystem

package enum AddressOrigin: Sendable, Hashable {
  /// The user gave it for one operation.
  /// - Parameter way: how it was given, such as the name of an option.
  case user(way: String)
  /// - Parameter key: the setting as it is shown: `database.NAME.url`.
  case setting(_ key: String, database: String)
  case variable(String, in: Place)
  /// `PG*` variables of the environment, which give the address together.
  case variables([String])

  package enum Place: Sendable, Hashable {
    case environment
    case file(BytePath)
    /// The file as recorded in the checkpoint that is to be restored.
    case recordedFile(BytePath)
  }
}

extension AddressOrigin: CustomStringConvertible {
  package var description: String {
    switch self {
    case .user(let way): way
    case .setting(let key, _): "setting \(key)"
    case .variable(let name, in: .environment): "\(name) in the environment"
    case .variable(let name, in: .file(let path)): "\(name) in \(path)"
    case .variable(let name, in: .recordedFile(let path)): "\(name) in \(path) of the checkpoint"
    case .variables(let names): names.joined(separator: ", ")
    }
  }
}
