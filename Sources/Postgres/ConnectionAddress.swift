// The texts by which programs of any common framework say where their database is, in the form that libpq understands: URLs of
// many schemes, JDBC's, and the `Key=Value;` strings of .NET.

import CPostgres
import FileSystem

struct ConnectionAddress {
  typealias Problem = ConnectionParameters.Problem

  /// What libpq parses.
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
      // What stands before the first colon of a driver's name holds no password.
      if isJava { throw .unknownScheme("jdbc:" + text.prefix { $0 != ":" && $0 != "/" }) }
      return
    }
    guard Self.isPostgreSQL(scheme) else { throw .unknownScheme(scheme) }
    isURL = true
    let rest = text.dropFirst(scheme.count + 3)
    let place = Self.place(in: rest)
    // An @ further on is one of a password that was not escaped: what libpq would take for host or name
    // is a part of it.
    if place.contains("@") { throw .malformed }
    var parameters = ConnectionURLParameters()
    for parameter in rest[place.endIndex...].dropFirst().split(separator: "&") {
      try parameters.add(parameter)
    }
    ignored = parameters.ignored
    let isLocal = isJava && (place.isEmpty || place.hasPrefix("/")) && !parameters.namesHost
    text = "postgresql://\(rest[..<place.startIndex])\(isLocal ? "localhost" : "")\(place)\(parameters.text)"
  }

  /// Without what surrounds a value that was copied with its quotes.
  static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    func trim() {
      text = text.drop(while: \.isWhitespace)
      while text.last?.isWhitespace == true { text.removeLast() }
    }
    trim()
    if text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote,
      !text.dropFirst().dropLast().contains(quote)
    {
      text = text.dropFirst().dropLast()
      trim()
    }
    return String(text)
  }

  private static func removeJavaPrefix(_ text: inout String) -> Bool {
    guard let prefix = ["jdbc:", "r2dbc:pool:", "r2dbc:"].first(where: text.hasPrefix) else { return false }
    text.removeFirst(prefix.count)
    // A name on this machine, with the port that everybody has.
    let short = "postgresql:"
    if text.hasPrefix(short), !text.hasPrefix(short + "/") {
      text = "postgresql:///" + text.dropFirst(short.count)
    }
    return true
  }

  /// Host, port and name of what follows a scheme. As libpq reads it: an @ before the first slash ends user and
  /// password, in which a ? means itself.
  static func place(in rest: Substring) -> Substring {
    let authority = rest.firstIndex { $0 == "@" || $0 == "/" }
    let start = authority.flatMap { rest[$0] == "@" ? rest.index(after: $0) : nil } ?? rest.startIndex
    return rest[start...].prefix { $0 != "?" }
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

  /// What stands before `://` at the very beginning; nil for a `keyword=value` string.
  static func scheme(of text: String) -> String? {
    guard let separator = text.firstRange(of: "://") else { return nil }
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

  /// The text with another database in it and everything else as it was, in its own dialect; what reads it must check
  /// whether it arrived.
  static func text(_ text: String, naming database: String) -> String {
    let text = trimmed(text)
    if let keywords = KeywordString(text) { return keywords.naming(database) }
    let encoded = ConnectionParameters.percentEncoded(database)
    for short in ["jdbc:postgresql:", "r2dbc:postgresql:"] {
      if text.hasPrefix(short), !text.hasPrefix(short + "/") {
        return short + encoded + text.dropFirst(short.count).drop { $0 != "?" }
      }
    }
    guard let separator = text.firstRange(of: "://") else {
      return "\(text) dbname=\(database.asConnectionValue)"
    }
    let place = place(in: text[separator.upperBound...])
    let name = place.firstIndex(of: "/") ?? place.endIndex
    // A parameter that names the database, too, would count for more.
    let parameters = text[place.endIndex...].dropFirst().split(separator: "&").filter { parameter in
      !["dbname", "database"].contains(parameter.prefix { $0 != "=" }.lowercased())
    }
    let rest = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return "\(text[..<name])/\(encoded)\(rest)"
  }
}
