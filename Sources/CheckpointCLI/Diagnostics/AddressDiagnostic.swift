// Where to put one's own address of a database, so that it has priority over the repository's.

import DataSources
import FileSystem

extension Diagnostic {
  /// - Parameter origin: where the repository's address was found.
  static func ownAddress(_ origin: AddressOrigin) -> String {
    let variable = "DATABASE_URL in the environment"
    let own =
      switch origin {
      case .setting(let key, database: let name):
        "git config \(asWord("checkpoint.\(key)")) URL\(name == "main" ? ", or \(variable)" : "")"
      case .variable("DATABASE_URL", in: _): "git config checkpoint.database.url URL, or \(variable)"
      case .variable(let name, in: _): "\(name) in the environment"
      // These do not come with a repository.
      case .user, .variables: "--database URL"
      }
    return "your own instead: \(own)"
  }

  /// As a shell reads it: names of sections may hold spaces and more.
  private static func asWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
    }
    return isPlain ? text : "'\(text.substituting("'", with: "'\\''"))'"
  }
}
