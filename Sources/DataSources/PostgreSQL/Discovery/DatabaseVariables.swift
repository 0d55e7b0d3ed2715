// Redirects programs from the live database to another one: rewrites variables of an environment and lines of `.env` files
// that name the live one. Everything with its name counts, on whatever host: a name that does not exist elsewhere only
// fails, but a live database that was overlooked would be written to.

import Postgres

struct DatabaseVariables: Sendable {
  /// The live database, as it was found.
  let located: LocatedDatabase
  /// The live database's name on the server.
  let live: String
  let other: String

  /// The text by which the live database was found, naming the other one instead.
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
      // Host, port and user are also in the environment, and stay.
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
    let file = DotEnvFile(file)
    var (text, position) = ([UInt8](), 0)
    for (entry, value) in DotEnv.entries(in: file, environment: located.environment) {
      let isOurs = located.variable.map { entry.name == $0 } ?? false
      let known = (try? value.get()).flatMap { replacement(for: $0, of: entry.name) }
      guard let changed = known ?? (isOurs ? self.text : nil) else { continue }
      text += file.bytes[position..<entry.raw.lowerBound] + Self.quoted(changed, as: entry.quote).utf8
      position = entry.raw.upperBound
    }
    return position == 0 ? nil : text + file.bytes[position...]
  }

  /// nil if the variable does not name the live database.
  private func replacement(for value: String, of name: String) -> String? {
    if value == live { return Self.meaning(of: name) == .database ? other : nil }
    guard let parameters = try? ConnectionParameters(parsing: value), parameters.database == live else {
      return nil
    }
    // A text that cannot be rewritten must not stay as it is: a program that cannot parse the replacement fails, and touches
    // nothing.
    return ConnectionParameters.text(value, naming: other) ?? parameters.with(database: other).url
  }

  /// The part of an address that a variable has on its own.
  enum Part { case database, host, port }

  /// Recognizes `PGDATABASE`, `POSTGRES_DB`, `DB_NAME`, `DB_HOST`, `PGPORT`; not `DB_USER`, which may have the database's
  /// name.
  static func meaning(of name: String) -> Part? {
    let words = name.uppercased().split(separator: "_")
    let nouns: Set<Substring> = ["DB", "DATABASE", "PGDATABASE", "DBNAME"]
    guard let last = words.last else { return nil }
    if nouns.contains(last) { return .database }
    let servers = nouns.union(["POSTGRES", "POSTGRESQL", "PG"])
    let isOfDatabase = words.dropLast().contains(where: servers.contains)
    switch last {
    case "NAME" where words.contains(where: nouns.contains): return .database
    case "PGHOST", "PGHOSTADDR": return .host
    case "PGPORT": return .port
    case "HOST" where isOfDatabase: return .host
    case "PORT" where isOfDatabase: return .port
    default: return nil
    }
  }

  /// The value in the quotes that the line had, if they keep its meaning. Its variables are already expanded.
  private static func quoted(_ value: String, as quote: DotEnvFile.Quote) -> String {
    // By scalars: a quotation mark that a combining mark follows still ends what is quoted.
    let scalars = value.unicodeScalars
    let isSpecial = scalars.contains { "$\\`\"\n\r".unicodeScalars.contains($0) }
    let hasQuote = scalars.contains("'")
    switch quote {
    case .single where !hasQuote: return "'\(value)'"
    case .double where !isSpecial: return "\"\(value)\""
    case .none
    where !isSpecial && !hasQuote && !scalars.contains(where: { $0.properties.isWhitespace || $0 == "#" }):
      return value
    default: break
    }
    if !hasQuote { return "'\(value)'" }
    let escaped = scalars.reduce(into: "") { text, scalar in
      if "$\\\"".unicodeScalars.contains(scalar) { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return "\"\(escaped)\""
  }
}
