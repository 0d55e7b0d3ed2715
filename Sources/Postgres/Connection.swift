// One libpq connection. It belongs to one thread at a time; only `cancel` may be called from another, which
// `Cancellation` allows and the compiler cannot know: hence `@unchecked Sendable`.
// Sessions are set up so that COPY's text depends on the data alone.

import CPostgres
import FileSystem
import Glibc

package final class Connection: @unchecked Sendable {
  package let parameters: ConnectionParameters
  let handle: OpaquePointer
  let cancellation: Cancellation
  let shape = AnswerShape()
  package var patience = Patience()
  /// When everything must be said; nil for statements that may take as long as they need.
  private(set) var deadline: Double?
  /// When the present statement was first seen to go on although the user has asked to stop.
  var overdueSince: Double?

  private init(adopting handle: OpaquePointer, parameters: ConnectionParameters) {
    self.handle = handle
    self.parameters = parameters
    cancellation = Cancellation(handle)
  }

  deinit { PQfinish(handle) }

  /// - Parameter timeout: seconds for each of the addresses that the host's name stands for, at least two; the same again for
  ///   the session's first statement.
  package static func open(_ parameters: ConnectionParameters, timeout: Int = 10) throws(DatabaseError)
    -> Connection
  {
    var values = parameters.values
    // A server that vanished must not hold us for the hours that TCP would wait.
    let defaults = [
      "connect_timeout": "\(max(2, timeout))", "fallback_application_name": "checkpoint",
      "keepalives_idle": "30",
      "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000",
    ]
    for (key, value) in defaults where values[key] == nil { values[key] = value }
    values["client_encoding"] = "UTF8"
    let pairs = values.map { (strdup($0.key), strdup($0.value)) }
    defer {
      for pair in pairs {
        free(pair.0)
        free(pair.1)
      }
    }
    let keywords = pairs.map { UnsafePointer($0.0) } + [nil]
    let texts = pairs.map { UnsafePointer($0.1) } + [nil]
    guard let handle = PQconnectStartParams(keywords, texts, 0) else {
      throw DatabaseError(operation: "connect to \(parameters)", message: "out of memory")
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    let handshake = Handshake(handle: handle, limit: Handshake.limit(values["connect_timeout"]))
    let refusal = handshake.run(.begin)
    let connection = Connection(adopting: handle, parameters: parameters)
    if let refusal {
      let state = ConnectionFailure.state(of: refusal) ?? ConnectionFailure.ask(handshake, after: refusal)
      if PQstatus(handle) != CONNECTION_OK {
        throw DatabaseError(
          sqlState: Interruption.wasSignalled ? "57014" : state ?? "", operation: "connect to \(parameters)",
          message: refusal)
      }
    }
    // Whoever waits for this connection does it in `wait`.
    PQsetnonblocking(handle, 1)
    guard supportedVersions.contains(connection.serverMajorVersion) else {
      let version = PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "?"
      throw DatabaseError(
        operation: "work with this server",
        message: "it is PostgreSQL \(version), and \(supportedVersions.lowerBound) to"
          + " \(supportedVersions.upperBound) are supported")
    }
    connection.deadline = handshake.limit.map { MonotonicTime.now + $0 }
    defer { connection.deadline = nil }
    do { try connection.applySettings() } catch {
      // A server that says nothing to the first statement was never reached.
      guard error.sqlState.isEmpty else { throw error }
      throw DatabaseError(operation: "connect to \(parameters)", message: error.message)
    }
    return connection
  }

  /// The major versions whose catalogs are known. Another one's could mean something else by the same names.
  package static let supportedVersions = 12...18

  /// Makes the session independent of what its role and its database say. Opening a connection does it; whoever
  /// runs a script that sets something does it again.
  package func applySettings() throws(DatabaseError) {
    var script = Self.sessionSettings
    if serverMajorVersion >= 14 { script += "; SET idle_session_timeout = 0" }
    if serverMajorVersion >= 17 { script += "; SET transaction_timeout = 0" }
    try execute(script)
  }

  // As pg_dump sets them, and what else COPY's text depends on, and how long a session lives. row_security = off
  // makes a policy that would hide rows an error.
  private static let sessionSettings = """
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
    SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET search_path = pg_catalog;
    SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET extra_float_digits = 3;
    SET bytea_output = hex; SET xmloption = content; SET array_nulls = on; SET quote_all_identifiers = off;
    SET synchronize_seqscans = off; SET row_security = off; SET default_transaction_read_only = off;
    SET default_transaction_isolation = 'read committed'; SET default_transaction_deferrable = off
    """

  var lastMessage: String { DatabaseError.oneLine(String(cString: PQerrorMessage(handle))) }

  /// For instance 150004 for 15.4.
  package var serverVersion: Int { Int(PQserverVersion(handle)) }
  package var serverMajorVersion: Int { serverVersion / 10000 }
  package var processID: Int { Int(PQbackendPID(handle)) }
  package var databaseName: String { PQdb(handle).map { String(cString: $0) } ?? "" }
  package var userName: String { PQuser(handle).map { String(cString: $0) } ?? "" }

  package var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }

  /// Whether an idle session still exists. A server says so when it ends one, and its system closes the connection when it
  /// dies: with nothing to read there is nothing to ask.
  package var isAlive: Bool {
    var event = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    if poll(&event, 1, 0) == 0 { return true }
    return (try? query("SELECT 1")) != nil
  }

  /// Asks the server to cancel what this connection is doing. Safe from any thread.
  package func cancel() { cancellation.request() }

  /// Runs `body` such that an interruption by the user cancels the query at work.
  func interruptible<Result>(_ body: () throws(DatabaseError) -> Result) throws -> Result {
    do {
      return try Interruption.withCanceller(cancel, body)
    } catch {
      try Interruption.check()
      throw error
    }
  }

  /// A password as the server keeps it, so that its log does not show it.
  package func encrypted(password: String, of role: String) throws -> String {
    let way = try query("SHOW password_encryption").first?[0]
    guard let text = PQencryptPasswordConn(handle, password, role, way) else {
      throw DatabaseError(operation: "encrypt a password", message: lastMessage)
    }
    defer { PQfreemem(text) }
    return String(cString: text)
  }
}
