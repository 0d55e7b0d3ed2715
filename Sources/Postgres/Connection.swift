// One libpq connection. It belongs to one thread at a time; only `cancel` may be called from another one, which the compiler
// cannot know: hence `@unchecked Sendable`. Sessions are set up so that COPY's text depends only on the data.

import CPostgres
import FileSystem
import Glibc

package final class Connection: @unchecked Sendable {
  package let parameters: ConnectionParameters
  let handle: OpaquePointer
  let cancellation: Cancellation
  let shape = AnswerShape()
  package var patience = Patience()
  /// When the server must have answered; nil for statements that may take as long as they need.
  private(set) var deadline: Double?
  /// When the current statement was first seen to go on although the user has asked to stop.
  var overdueSince: Double?

  private init(adopting handle: OpaquePointer, parameters: ConnectionParameters) {
    self.handle = handle
    self.parameters = parameters
    cancellation = Cancellation(handle)
  }

  deinit { PQfinish(handle) }

  /// - Parameter timeout: in seconds, for each address that the host's name resolves to, if the parameters have no
  ///   `connect_timeout`. The session's first statement gets the same time again.
  package static func open(_ parameters: ConnectionParameters, timeout: Double = 10) throws(DatabaseError)
    -> Connection
  {
    var values = parameters.values
    // If a server vanishes, we must not wait for hours, as TCP would.
    let defaults = [
      // libpq knows whole seconds, and at least 2; the handshake obeys the exact limit.
      "connect_timeout": "\(max(2, Int(timeout.rounded(.up))))", "fallback_application_name": "checkpoint",
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
      throw DatabaseError(
        phase: .connecting, operation: "connect to \(parameters)", message: "out of memory")
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    let limit = parameters.values["connect_timeout"].map { Handshake.limit($0) } ?? timeout
    let handshake = Handshake(handle: handle, limit: limit)
    let refusal = handshake.run(.begin)
    let connection = Connection(adopting: handle, parameters: parameters)
    if let refusal {
      let state = LoginRefusal.state(of: refusal) ?? LoginRefusal.ask(handshake, after: refusal)
      if PQstatus(handle) != CONNECTION_OK {
        throw DatabaseError(
          phase: .connecting, sqlState: Interruption.wasRequested ? "57014" : state ?? "",
          operation: "connect to \(parameters)", message: refusal)
      }
    }
    // From here on, `wait` is the only place where this connection blocks.
    PQsetnonblocking(handle, 1)
    guard supportedVersions.contains(connection.serverMajorVersion) else {
      let version = PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "?"
      throw DatabaseError(
        phase: .checkingVersion, operation: "use this server",
        message: "it is PostgreSQL \(version), and \(supportedVersions.lowerBound) to"
          + " \(supportedVersions.upperBound) are supported")
    }
    connection.deadline = handshake.limit.map { MonotonicTime.now + $0 }
    defer { connection.deadline = nil }
    do { try connection.applySettings() } catch {
      // If the server does not answer the first statement, this counts as a failure to connect.
      guard error.sqlState.isEmpty else { throw error }
      throw DatabaseError(
        phase: .connecting, operation: "connect to \(parameters)", message: error.message)
    }
    return connection
  }

  /// The major versions whose catalogs are known. In others, the same names could have another meaning.
  package static let supportedVersions = 12...18

  /// Makes the session independent of the settings of its role and its database. Opening a connection does this; it must be
  /// done again after a script that changes settings.
  package func applySettings() throws(DatabaseError) {
    var script = Self.sessionSettings
    if serverMajorVersion >= 14 { script += "; SET idle_session_timeout = 0" }
    if serverMajorVersion >= 17 { script += "; SET transaction_timeout = 0" }
    try execute(script)
  }

  // The settings of pg_dump, all others that COPY's text depends on, and those that limit how long a session lives. With
  // row_security = off, a policy that would hide rows is an error. Compiling our queries on the catalogs takes longer than running
  // them: of a database with 2,000 tables, 0.5 s of 0.7 s.
  private static let sessionSettings = """
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
    SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET search_path = pg_catalog;
    SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC'; SET extra_float_digits = 3;
    SET bytea_output = hex; SET xmloption = content; SET array_nulls = on; SET quote_all_identifiers = off;
    SET synchronize_seqscans = off; SET row_security = off; SET default_transaction_read_only = off;
    SET default_transaction_isolation = 'read committed'; SET default_transaction_deferrable = off;
    SET jit = off
    """

  var lastMessage: String { DatabaseError.oneLine(String(cString: PQerrorMessage(handle))) }

  /// For example 150004 for 15.4.
  package var serverVersion: Int { Int(PQserverVersion(handle)) }
  package var serverMajorVersion: Int { serverVersion / 10000 }
  package var processID: Int { Int(PQbackendPID(handle)) }
  package var databaseName: String { PQdb(handle).map { String(cString: $0) } ?? "" }
  package var userName: String { PQuser(handle).map { String(cString: $0) } ?? "" }

  package var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }

  /// Whether an idle session still exists. If the server ends it or dies, there is something to read on the socket; only
  /// then the server is asked.
  package var isAlive: Bool {
    var event = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    if poll(&event, 1, 0) == 0 { return true }
    return (try? query("SELECT 1")) != nil
  }

  /// Asks the server to cancel what this connection is doing. Safe from any thread.
  package func cancel() { cancellation.request() }

  /// Runs `body` so that an interruption by the user cancels the current statement.
  func interruptible<Result>(_ body: () throws(DatabaseError) -> Result) throws -> Result {
    do {
      return try Interruption.withCanceller(cancel, body)
    } catch {
      try Interruption.check()
      throw error
    }
  }

  /// Encrypts a password as the server stores it, so that the server's log does not contain the password.
  package func encrypted(password: String, of role: String) throws -> String {
    let way = try query("SHOW password_encryption").first?[0]
    guard let text = PQencryptPasswordConn(handle, password, role, way) else {
      throw DatabaseError(operation: "encrypt a password", message: lastMessage)
    }
    defer { PQfreemem(text) }
    return String(cString: text)
  }
}
