// Where the user's own address of a database goes, so that it counts for more than the repository's.

extension Diagnostic {
  /// - Parameter origin: where the repository's address stands: `setting database.NAME.url`, or `VARIABLE in FILE`.
  static func ownAddress(_ origin: String) -> String {
    let variable = "DATABASE_URL in the environment"
    guard origin.hasPrefix("setting ") else {
      let name = origin.prefix { $0 != " " }
      return name == "DATABASE_URL"
        ? "your own instead: git config checkpoint.database.url URL, or \(variable)"
        : "your own instead: \(name) in the environment"
    }
    let key = "checkpoint.\(origin.dropFirst("setting ".count))"
    let isMain = key == "checkpoint.database.main.url"
    return "your own instead: git config \(asWord(key)) URL\(isMain ? ", or \(variable)" : "")"
  }

  /// As a shell reads it: names of sections may hold spaces and more.
  private static func asWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
    }
    return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}
