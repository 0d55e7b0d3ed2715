// Where a database is and who connects, as libpq's keywords, parsed from the URL of any common framework. Invariant: a
// password is only in `values["password"]`, and goes from there to libpq or into PGPASSWORD of a child's environment;
// `description` and `withoutPassword` never contain it.

import CPostgres
import FileSystem

package struct ConnectionParameters: Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case unknownScheme(String)
    /// A parameter with an unknown value, which is not shown, because it may be a piece of a password.
    case unknownValue(String)
    case malformed

    package var description: String {
      switch self {
      case .unknownScheme(let scheme) where scheme.hasPrefix("prisma"):
        "a URL that starts with \(scheme):// is one of Prisma's own service, not of a PostgreSQL server"
      case .unknownScheme(let scheme) where scheme.hasPrefix("jdbc:"):
        "a URL that starts with \(scheme): is not one of PostgreSQL's JDBC driver"
      case .unknownValue(let name): "PostgreSQL does not know the value of \(name) in the database URL"
      case .unknownScheme(let scheme): "a URL that starts with \(scheme):// is not a PostgreSQL database"
      case .malformed:
        "the database URL cannot be understood (it is not shown, because it may contain a password)"
      }
    }
  }

  /// By libpq's keywords. What is missing comes from PG* variables, the service file and .pgpass.
  package var values: [String: String]
  /// The parameters of the URL that were left out, because libpq does not know them.
  package var ignored: [String] = []

  package init(values: [String: String] = [:]) { self.values = values }

  /// Parses the URLs and strings of common frameworks (`ConnectionAddress`), and libpq's own.
  package init(parsing text: String) throws(Problem) {
    let address = try ConnectionAddress(text)
    // libpq's message may repeat the whole string with the password, so it is not passed on.
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(address.text, &message) else {
      PQfreemem(message)
      throw .malformed
    }
    defer { PQconninfoFree(options) }
    values = Self.collect(options)
    ignored = address.ignored
    let isPort = (values["port"] ?? "").utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ",") }
    if address.isURL && !isPort { throw .malformed }
  }

  private static func collect(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val, value.pointee != 0 {
        found[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return found
  }

  static var knownKeywords: Set<String> {
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

  /// Databases that every server has for its own purposes.
  package static let maintenanceDatabases: Set<String> = ["postgres", "template0", "template1"]

  /// Whether these parameters, the environment or a service file name the database.
  package func isNamed(in environment: [String: String]) -> Bool {
    // libpq reads a service file only when it connects. If the parameters name a service, it is assumed to name a database.
    if database?.isEmpty == false || values["service"] != nil { return true }
    func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
    return isSet("PGDATABASE") || (isSet("PGSERVICE") && Self.defaults["dbname"]?.isEmpty == false)
  }

  /// The database that libpq uses if none is named: the user's name.
  package func impliedDatabase(in environment: [String: String]) -> String {
    values["user"] ?? environment["PGUSER"] ?? Self.defaults["user"] ?? ""
  }

  /// The values that libpq adds, from PG* variables and from the service file that PGSERVICE names.
  private static var defaults: [String: String] {
    guard let options = PQconndefaults() else { return [:] }
    defer { PQconninfoFree(options) }
    return collect(options)
  }

  package func with(database: String) -> ConnectionParameters {
    var copy = self
    copy.values["dbname"] = database
    return copy
  }

  /// A framework's address with another database and everything else unchanged.
  /// - Returns: nil if it cannot be understood.
  package static func text(_ text: String, naming database: String) -> String? {
    guard (try? ConnectionParameters(parsing: text)) != nil else { return nil }
    let renamed = ConnectionAddress.text(text, naming: database)
    // A parameter may name the database, too, and would override the path.
    return (try? ConnectionParameters(parsing: renamed))?.database == database ? renamed : nil
  }

  /// What an address that another person wrote may set: the server, the user, and how long to wait. Only the user may set
  /// everything else, such as certificates, password files, services and settings of the session.
  private static let impersonal: Set<String> = [
    "host", "port", "dbname", "user", "password", "sslmode", "connect_timeout", "application_name",
    "client_encoding", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout", "target_session_attrs",
  ]

  /// Removes what only the user may set.
  /// - Returns: the names of what was removed.
  package mutating func dropPersonal() -> [String] {
    let dropped = values.filter { key, value in
      // More protection than the user asked for does no harm.
      !Self.impersonal.contains(key)
        || key == "sslmode" && !["require", "verify-ca", "verify-full"].contains(value)
    }.keys.sorted()
    for key in dropped { values[key] = nil }
    return dropped
  }

  package var withoutPassword: ConnectionParameters {
    var copy = self
    copy.values["password"] = nil
    copy.values["sslpassword"] = nil
    return copy
  }

  /// A `keyword='value'` string for the command line of a client program, without any password.
  package var commandLineString: String {
    withoutPassword.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.asConnectionValue)" }
      .joined(separator: " ")
  }

  /// A URL without a password, for a configuration file.
  package var url: String {
    let host = values["host"] ?? ""
    let isSocket = host.contains("/")
    var text = "postgresql://"
    if let user = values["user"] { text += Self.percentEncoded(user) + "@" }
    let hosts =
      isSocket ? [""] : host.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let ports = (values["port"] ?? "").split(separator: ",").map(String.init)
    text += hosts.enumerated().map { index, host in
      let name = host.contains(":") ? "[\(host)]" : Self.percentEncoded(host)
      let port = ports.isEmpty ? nil : ports[min(index, ports.count - 1)]
      return name + (port.map { ":\($0)" } ?? "")
    }.joined(separator: ",")
    text += "/" + Self.percentEncoded(database ?? "")
    var rest = withoutPassword.values
    for key in ["user", "port", "dbname"] { rest[key] = nil }
    if !isSocket { rest["host"] = nil }
    let parameters = rest.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.percentEncoded($0.value))" }
    return text + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
  }

  static func percentEncoded(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    return text.utf8.reduce(into: "") { out, byte in
      out += plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimal.uppercased()
    }
  }

  /// For messages: database, host and port.
  package var description: String {
    let database = self.database ?? "(default database)"
    guard let host = values["host"] ?? values["hostaddr"] else { return database }
    return "\(database) on \(host)" + (values["port"].map { ":\($0)" } ?? "")
  }
}
