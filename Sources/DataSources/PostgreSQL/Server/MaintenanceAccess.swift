// Connections to the server through databases other than the project's own. Most steps can be done from any database that
// lets us in; renaming and closing a database can only be done from another one.

import Postgres

final class MaintenanceAccess {
  /// The usual databases. They may refuse us, and a server may not have them.
  private static let usual = ["postgres", "template1"]

  private let source: PostgreSQLSource
  private let live: String
  /// The name for a database of ours, in case no other database lets us in.
  private let ownName: String?
  private var outer: Connection?
  /// A connection to the project's own database.
  private var inner: Connection?

  init(_ source: PostgreSQLSource, live: String, ownName: String?) {
    (self.source, self.live, self.ownName) = (source, live, ownName)
  }

  /// A connection to one of the usual databases, if any lets us in.
  static func usual(_ source: PostgreSQLSource, besides live: String?) -> Connection? {
    let own = source.located.parameters.values["user"]
    let names = usual + [own].compactMap { $0 }.filter { !usual.contains($0) }
    // This is a loop because a lazy sequence would connect twice.
    for name in names where name != live {
      if let connection = try? open(source, name) { return connection }
    }
    return nil
  }

  private static func open(_ source: PostgreSQLSource, _ name: String) throws -> Connection {
    try Connection.open(source.located.parameters.with(database: name), timeout: source.limits.connect)
  }

  /// A connection to any database, including the project's own. A session may have ended meanwhile, because the server was
  /// restarted or its database was closed.
  func connection() throws -> Connection {
    for connection in [outer, inner].compactMap({ $0 }) where connection.isAlive { return connection }
    (outer, inner) = (nil, nil)
    outer = Self.usual(source, besides: live)
    if let outer { return outer }
    do { inner = try source.connect() } catch {
      // If the usual databases refuse us, one of ours that a killed process left may let us in.
      guard let ownName, let own = try? Self.open(source, ownName) else { throw error }
      outer = own
      return own
    }
    return try inner ?? source.connect()
  }

  /// A connection to a database other than the project's own: another one that lets us in, or one that is made for this.
  /// - Parameter names: other databases that are to be renamed.
  func outside(besides names: [String]) throws -> Connection {
    if let outer, !names.contains(outer.databaseName), outer.isAlive { return outer }
    let connection = try connection()
    if let outer, !names.contains(outer.databaseName) { return outer }
    var failure: (any Error)?
    if let ownName {
      do { outer = try makeOwn(ownName, connection) } catch { failure = error }
      if let outer, failure == nil { return outer }
    }
    let others = try connection.query(
      """
      SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege(oid, 'CONNECT')
        AND datname <> ALL ($1::text[]) ORDER BY pg_get_userbyid(datdba) <> current_user, oid LIMIT 5
      """, [(names + [live]).asArray]
    ).compactMap { $0[0] }
    for name in others {
      do {
        let connection = try Self.open(source, name)
        outer = connection
        return connection
      } catch { failure = failure ?? error }
    }
    throw failure ?? DatabaseProblem.noWayOutside(live)
  }

  private func makeOwn(_ name: String, _ connection: Connection) throws -> Connection {
    if try connection.query("SELECT FROM pg_database WHERE datname = $1", [name]).isEmpty {
      try connection.execute("CREATE DATABASE \(name.asIdentifier) TEMPLATE template0")
    }
    do { return try Self.open(source, name) } catch {
      try? connection.execute("DROP DATABASE \(name.asIdentifier)")
      throw error
    }
  }

  /// Ends our own session in the project's database, which would prevent closing it.
  func leave(_ database: String) {
    if database == live { inner = nil }
  }

  /// Closes all connections: a server may allow only a few.
  func close() { (outer, inner) = (nil, nil) }

  /// Drops the database that was made to get in, when it is no longer needed. If that fails, its name makes every restore
  /// try to drop it.
  func tidyUp() {
    guard let ownName, outer?.databaseName == ownName else { return }
    outer = nil
    guard let connection = try? connection() else { return }
    // Our own session there may not have ended completely.
    let isForced = connection.serverMajorVersion >= 13
    try? connection.execute(
      "DROP DATABASE IF EXISTS \(ownName.asIdentifier)\(isForced ? " WITH (FORCE)" : "")")
  }
}
