// How programs are led to another database than the live one: the variables of an environment and the lines of `.env`
// files that name the live one. Whatever names it by its own name counts, on whatever host: a name that does not exist
// elsewhere fails, and a live database that was overlooked would be written to.

import FileSystem
import Postgres

struct DatabaseVariables: Sendable {
  /// The live database, as it was found.
  let located: LocatedDatabase
  /// Its name on the server.
  let live: String
  let other: String

  /// The connection text by which the live database was found, naming the other one.
  private var text: String {
    located.text.flatMap { ConnectionParameters.text($0, naming: other) }
      ?? located.parameters.with(database: other).url
  }

  func variables(replacing environment: [String: String]) -> [String: String] {
    var found = environment.reduce(into: [String: String]()) { found, pair in
      if let value = replacement(for: pair.value, of: pair.key) { found[pair.key] = value }
    }
    if let name = located.variable {
      found[name] = text
    } else if located.text == nil {
      // Host, port and user are in the environment, and stay.
      found["PGDATABASE"] = other
    } else if located.name == "main" {
      found["DATABASE_URL"] = text
      found["PGDATABASE"] = other
      let keys = [("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"), ("password", "PGPASSWORD")]
      for (key, variable) in keys {
        if let value = located.parameters.values[key] { found[variable] = value }
      }
    }
    return found
  }

  func redirecting(_ file: [UInt8]) -> [UInt8]? {
    var isChanged = false
    let lines = file.split(separator: 0x0A, omittingEmptySubsequences: false).map { bytes -> [UInt8] in
      guard let line = String(validating: bytes, as: UTF8.self),
        let (name, raw) = DotEnv.assignment(line[...]),
        !line.drop(while: \.isWhitespace).hasPrefix("#")
      else { return Array(bytes) }
      let value = DotEnv.unquoted(raw)
      let isOurs = located.variable.map { name == $0 } ?? false
      guard let changed = replacement(for: value, of: String(name)) ?? (isOurs ? text : nil) else {
        return Array(bytes)
      }
      isChanged = true
      return Array("\(line[..<raw.startIndex])\(Self.quoted(changed, like: raw))".utf8)
    }
    return isChanged ? Array(lines.joined(separator: [0x0A])) : nil
  }

  /// nil for a variable that does not name the live database.
  private func replacement(for value: String, of name: String) -> String? {
    if value == live { return Self.meansDatabase(name) ? other : nil }
    guard (try? ConnectionParameters(parsing: value))?.database == live else { return nil }
    return ConnectionParameters.text(value, naming: other)
  }

  /// `PGDATABASE`, `POSTGRES_DB`, `DB_NAME`; not `DB_USER`, who may be called like the database.
  private static func meansDatabase(_ name: String) -> Bool {
    let words = name.uppercased().split(separator: "_")
    let nouns: Set<Substring> = ["DB", "DATABASE", "PGDATABASE", "DBNAME"]
    guard let last = words.last else { return false }
    return nouns.contains(last) || (last == "NAME" && words.contains(where: nouns.contains))
  }

  /// In the quotes that the line had. Without any, a character that means something to somebody gets single ones.
  private static func quoted(_ value: String, like raw: Substring) -> String {
    if let quote = raw.trimmed.first, quote == "\"" || quote == "'", !value.contains(quote) {
      return "\(quote)\(value)\(quote)"
    }
    let needsQuotes = value.contains { $0.isWhitespace || "#$`\"\\".contains($0) }
    return needsQuotes && !value.contains("'") ? "'\(value)'" : value
  }
}
