// Translates the addresses of databases that common frameworks use into the form that libpq understands: URLs with many
// schemes, JDBC's URLs, and the `Key=Value;` strings of .NET.

import CPostgres
import FileSystem

struct ConnectionAddress {
  typealias Problem = ConnectionParameters.Problem

  /// The text for libpq.
  private(set) var text: String
  /// Whether it was a URL.
  private(set) var isURL = false
  /// Parameters that libpq does not know and that were left out.
  private(set) var ignored: [String] = []

  init(_ original: String) throws(Problem) {
    text = Self.trimmed(original)
    if let keywords = KeywordString(text) {
      (text, ignored) = (try keywords.conninfo(), keywords.unknown)
      return
    }
    let isJava = Self.removeJavaPrefix(&text)
    guard let scheme = Self.scheme(of: text) else {
      // The driver's name, up to the first colon or slash, contains no password.
      if isJava { throw .unknownScheme("jdbc:" + text.prefix { $0 != ":" && $0 != "/" }) }
      return
    }
    guard Self.isPostgreSQL(scheme) else { throw .unknownScheme(scheme) }
    isURL = true
    let rest = Substring(text.unicodeScalars.dropFirst(scheme.unicodeScalars.count + 3))
    let place = Self.place(in: rest)
    // Another @ belongs to a password that was not escaped. libpq would take a part of that password for the host or the
    // name of the database.
    if place.unicodeScalars.contains("@") { throw .malformed }
    var parameters = ConnectionURLParameters()
    for parameter in Self.parameters(in: rest[place.endIndex...]) { try parameters.add(parameter) }
    ignored = parameters.ignored
    let isLocal = isJava && (place.isEmpty || place.hasPrefix("/")) && !parameters.namesHost
    text = "postgresql://\(rest[..<place.startIndex])\(isLocal ? "localhost" : "")\(place)\(parameters.text)"
  }

  /// Without surrounding white space, and without quotes if the value was copied with them.
  static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    func trim() {
      text = text.drop(while: \.isWhitespace)
      while text.last?.isWhitespace == true { text.removeLast() }
    }
    trim()
    let scalars = text.unicodeScalars
    if scalars.count > 1, let quote = scalars.first, quote == "\"" || quote == "'", scalars.last == quote,
      !scalars.dropFirst().dropLast().contains(quote)
    {
      text = Substring(scalars.dropFirst().dropLast())
      trim()
    }
    return String(text)
  }

  private static func removeJavaPrefix(_ text: inout String) -> Bool {
    guard let prefix = ["jdbc:", "r2dbc:pool:", "r2dbc:"].first(where: text.hasPrefix) else { return false }
    text.removeFirst(prefix.count)
    // Only a database's name: on this machine, with the default port.
    let short = "postgresql:"
    if text.hasPrefix(short), !text.hasPrefix(short + "/") {
      text = "postgresql:///" + text.dropFirst(short.count)
    }
    return true
  }

  /// Host, port and database in what follows a scheme. As libpq reads it: an @ before the first slash ends user and password,
  /// and in those a ? has no special meaning. By scalars: an @ that a combining mark follows is one to libpq.
  static func place(in rest: Substring) -> Substring {
    let scalars = rest.unicodeScalars
    let authority = scalars.firstIndex { $0 == "@" || $0 == "/" }
    let start =
      authority.flatMap { scalars[$0] == "@" ? scalars.index(after: $0) : nil } ?? scalars.startIndex
    return Substring(scalars[start...].prefix { $0 != "?" })
  }

  /// - Parameter rest: what follows the place, with the ?.
  private static func parameters(in rest: Substring) -> [Substring] {
    rest.unicodeScalars.dropFirst().split(separator: "&").map { Substring($0) }
  }

  /// `postgresql+psycopg2` and `django.db.backends.postgresql` are PostgreSQL as well.
  private static func isPostgreSQL(_ scheme: String) -> Bool {
    let base = scheme.lowercased().split(separator: "+").first ?? ""
    let dialect = base.split(separator: ".").last ?? ""
    return [
      "postgresql", "postgres", "postgis", "pgsql", "psql", "pg", "ecto", "pgx", "pgx4", "pgx5", "timescale",
      "timescalegis",
    ].contains(dialect)
  }

  /// The word before `://` at the very beginning; nil for a `keyword=value` string.
  static func scheme(of text: String) -> String? {
    guard let separator = text.utf8.firstRange(of: "://".utf8) else { return nil }
    let scheme = text[..<separator.lowerBound]
    let isPlain = scheme.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isPlain && !scheme.isEmpty ? String(scheme) : nil
  }

  // MARK: Another database

  /// The text with another database and everything else unchanged, in its own dialect. The caller must check, by parsing it,
  /// whether it names that database.
  static func text(_ text: String, naming database: String) -> String {
    let text = trimmed(text)
    if let keywords = KeywordString(text) { return keywords.naming(database) }
    let encoded = ConnectionParameters.percentEncoded(database)
    for short in ["jdbc:postgresql:", "r2dbc:postgresql:"] {
      if text.hasPrefix(short), !text.hasPrefix(short + "/") {
        return short + encoded + text.dropFirst(short.count).drop { $0 != "?" }
      }
    }
    guard let separator = text.utf8.firstRange(of: "://".utf8) else {
      return "\(text) dbname=\(database.asConnectionValue)"
    }
    let place = place(in: text[separator.upperBound...])
    let name = place.unicodeScalars.firstIndex(of: "/") ?? place.endIndex
    // A parameter that names the database would override the path.
    let parameters = parameters(in: text[place.endIndex...]).filter { parameter in
      !["dbname", "database"].contains((parameter.cut(at: "=")?.before ?? parameter).lowercased())
    }
    let rest = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return "\(text[..<name])/\(encoded)\(rest)"
  }
}
