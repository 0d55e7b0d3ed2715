// Where a database is and who connects: libpq's keywords, understood from a URL of any common framework.
// Invariant: a password goes into `values["password"]` and from there to libpq or into PGPASSWORD of a
// child's environment; `description` and `withoutPassword` never hold it.

import CPostgres
import FileSystem

package struct ConnectionParameters: Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case unknownScheme(String)
    /// A parameter whose value means nothing to us; the value may be a piece of a password.
    case unknownValue(String)
    case malformed

    package var description: String {
      switch self {
      case .unknownScheme(let scheme) where scheme.hasPrefix("prisma"):
        "a URL that starts with \(scheme):// leads to Prisma's own service, not to a PostgreSQL server"
      case .unknownScheme(let scheme) where scheme.hasPrefix("jdbc:"):
        "a URL that starts with \(scheme): is not one of PostgreSQL's JDBC driver"
      case .unknownValue(let name): "the value of \(name) in the database URL is not one that PostgreSQL has"
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

  /// Understands the URLs and the strings of common frameworks (`ConnectionAddress`), and libpq's own.
  package init(parsing text: String) throws(Problem) {
    let address = try ConnectionAddress(text)
    // libpq's message may repeat the whole string, password and all, so it is not passed on.
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

  /// Databases that every server has for its own needs.
  package static let maintenanceDatabases: Set<String> = ["postgres", "template0", "template1"]

  /// Whether these, the environment or a service file say which database is meant.
  package func isNamed(in environment: [String: String]) -> Bool {
    // A service file is read only in connecting; one that is asked for here by its name is taken to know.
    if database?.isEmpty == false || values["service"] != nil { return true }
    func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
    return isSet("PGDATABASE") || (isSet("PGSERVICE") && Self.defaults["dbname"]?.isEmpty == false)
  }

  /// What libpq takes if no database is named: the user's name.
  package func impliedDatabase(in environment: [String: String]) -> String {
    values["user"] ?? environment["PGUSER"] ?? Self.defaults["user"] ?? ""
  }

  /// What libpq adds: from PG* variables, and from the service file that PGSERVICE names.
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

  /// A connection text as programs have it, with another database in it and everything else as it was.
  /// - Returns: nil for one that cannot be understood.
  package static func text(_ text: String, naming database: String) -> String? {
    guard (try? ConnectionParameters(parsing: text)) != nil else { return nil }
    let renamed = ConnectionAddress.text(text, naming: database)
    // A parameter may name the database once more, and counts for more than the path.
    return (try? ConnectionParameters(parsing: renamed))?.database == database ? renamed : nil
  }

  /// What an address that another person wrote may say: where to go, as whom, and how patiently. Everything else, such as
  /// certificates, files of passwords, services and settings of the session, is the user's own.
  private static let impersonal: Set<String> = [
    "host", "port", "dbname", "user", "password", "sslmode", "connect_timeout", "application_name",
    "client_encoding", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout", "target_session_attrs",
  ]

  /// Takes out what only the user may say.
  /// - Returns: the names of what was taken out.
  package mutating func dropPersonal() -> [String] {
    let dropped = values.filter { key, value in
      // More protection than the user asks for does no harm.
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

  /// For people: database, host and port.
  package var description: String {
    let database = self.database ?? "(default database)"
    guard let host = values["host"] ?? values["hostaddr"] else { return database }
    return "\(database) on \(host)" + (values["port"].map { ":\($0)" } ?? "")
  }
}
