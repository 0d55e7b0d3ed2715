// Where a database is and who connects: libpq's keywords, understood from a URL of any common framework.
// Invariant: a password goes into `values["password"]` and from there to libpq or into PGPASSWORD of a
// child's environment; `description` and `withoutPassword` never hold it.

import CPostgres
import FileSystem

package struct ConnectionParameters: Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case unknownScheme(String)
    case malformed

    package var description: String {
      switch self {
      case .unknownScheme(let scheme): "a URL that starts with \(scheme):// is not a PostgreSQL database"
      case .malformed: "the database URL cannot be understood (it is not shown, it may hold a password)"
      }
    }
  }

  /// libpq's keywords; what is absent comes from PG* variables, the service file and .pgpass.
  package var values: [String: String]
  /// Parameters of the URL that libpq does not know and that were left out.
  package var ignored: [String] = []

  package init(values: [String: String] = [:]) { self.values = values }

  /// Understands `postgresql://…`, the schemes of frameworks (`postgresql+psycopg2`, `postgis`,
  /// `jdbc:postgresql`) and libpq's `keyword=value` strings.
  package init(parsing text: String) throws(Problem) {
    var text = text
    var ignored: [String] = []
    if text.hasPrefix("jdbc:") { text.removeFirst(5) }
    if let separator = text.firstRange(of: "://") {
      let scheme = text[..<separator.lowerBound]
      let dialect = scheme.split(separator: "+").first.map { $0.lowercased() } ?? ""
      guard ["postgresql", "postgres", "postgis", "pgsql"].contains(dialect) else {
        throw .unknownScheme(String(scheme))
      }
      var rest = text[separator.upperBound...]
      if let question = rest.firstIndex(of: "?") {
        let known = Self.knownKeywords
        var kept: [Substring] = []
        for parameter in rest[rest.index(after: question)...].split(separator: "&") {
          let name = String(parameter.prefix { $0 != "=" })
          if known.contains(name) || name == "ssl" { kept.append(parameter) } else { ignored.append(name) }
        }
        rest = rest[..<question]
        text = "postgresql://\(rest)" + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
      } else {
        text = "postgresql://\(rest)"
      }
    }
    // libpq's message may repeat the whole string, password and all, so it is not passed on.
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &message) else {
      PQfreemem(message)
      throw .malformed
    }
    defer { PQconninfoFree(options) }
    values = Self.collect(options)
    self.ignored = ignored
  }

  private static func collect(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val, value.pointee != 0 { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return found
  }

  private static var knownKeywords: Set<String> {
    guard let options = PQconndefaults() else { return [] }
    defer { PQconninfoFree(options) }
    var names: Set<String> = []
    var option = options
    while let keyword = option.pointee.keyword {
      names.insert(String(cString: keyword))
      option += 1
    }
    return names
  }

  package var database: String? { values["dbname"] }

  package func with(database: String) -> ConnectionParameters {
    var copy = self
    copy.values["dbname"] = database
    return copy
  }

  package var withoutPassword: ConnectionParameters {
    var copy = self
    copy.values["password"] = nil
    copy.values["sslpassword"] = nil
    return copy
  }

  /// A `keyword='value'` string for the command line of a client program, without any password.
  package var commandLineString: String {
    withoutPassword.values.sorted { $0.key < $1.key }.map { key, value in
      let escaped = value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
      return "\(key)='\(String(escaped))'"
    }.joined(separator: " ")
  }

  /// A URL without a password, for a configuration file.
  package var url: String {
    let host = values["host"] ?? ""
    var text = "postgresql://"
    if let user = values["user"] { text += Self.percentEncoded(user) + "@" }
    if !host.hasPrefix("/") { text += host.contains(":") ? "[\(host)]" : Self.percentEncoded(host) }
    if let port = values["port"] { text += ":\(port)" }
    text += "/" + Self.percentEncoded(database ?? "")
    var rest = withoutPassword.values
    for key in ["user", "port", "dbname"] { rest[key] = nil }
    if !host.hasPrefix("/") { rest["host"] = nil }
    let parameters = rest.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.percentEncoded($0.value))" }
    return text + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
  }

  private static func percentEncoded(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    return text.utf8.reduce(into: "") { out, byte in
      out += plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimal.uppercased()
    }
  }

  /// For people: database, host and port.
  package var description: String {
    let database = self.database ?? "(default database)"
    guard let host = values["host"] ?? values["hostaddr"] else { return database }
    return "\(database) on \(host)" + (values["port"].map { ":\($0)" } ?? "")
  }
}
