// One libpq connection. It belongs to one thread at a time; only `cancel` may be called from another, which libpq
// allows and the compiler cannot know: hence `@unchecked Sendable`.
// Sessions are set up so that COPY's text depends on the data alone.

import CPostgres
import FileSystem
import Glibc

package final class Connection: @unchecked Sendable {
  package let parameters: ConnectionParameters
  private let handle: OpaquePointer
  private let canceller: OpaquePointer?

  private init(adopting handle: OpaquePointer, parameters: ConnectionParameters) {
    self.handle = handle
    self.parameters = parameters
    canceller = PQgetCancel(handle)
  }

  deinit {
    PQfreeCancel(canceller)
    PQfinish(handle)
  }

  /// - Parameter timeout: seconds for each of the hosts that the name stands for; libpq counts whole ones
  ///   and at least two.
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
    guard let handle = PQconnectdbParams(keywords, texts, 0) else {
      throw DatabaseError(operation: "connect to \(parameters)", message: "out of memory")
    }
    let connection = Connection(adopting: handle, parameters: parameters)
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    if PQstatus(handle) != CONNECTION_OK {
      let message = connection.lastMessage
      let state = ConnectionFailure.state(of: message) ?? ConnectionFailure.ask(handle, after: message)
      if PQstatus(handle) != CONNECTION_OK {
        throw DatabaseError(
          sqlState: state ?? "", operation: "connect to \(parameters)", message: message)
      }
    }
    guard supportedVersions.contains(connection.serverMajorVersion) else {
      let version = PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "?"
      throw DatabaseError(
        operation: "work with this server",
        message: "it is PostgreSQL \(version), and \(supportedVersions.lowerBound) to"
          + " \(supportedVersions.upperBound) are supported")
    }
    try connection.applySettings()
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

  private var lastMessage: String { DatabaseError.oneLine(String(cString: PQerrorMessage(handle))) }

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
  package func cancel() {
    guard let canceller else { return }
    var reason = [CChar](repeating: 0, count: 256)
    PQcancel(canceller, &reason, Int32(reason.count))
  }

  /// Runs `body` such that an interruption by the user cancels the query at work.
  private func interruptible<Result>(_ body: () throws(DatabaseError) -> Result) throws -> Result {
    do {
      return try Interruption.withCanceller(cancel, body)
    } catch {
      try Interruption.check()
      throw error
    }
  }

  /// A password as the server keeps it, so that its log does not show it.
  package func encrypted(password: String, of role: String) throws(DatabaseError) -> String {
    guard let text = PQencryptPasswordConn(handle, password, role, nil) else {
      throw DatabaseError(operation: "encrypt a password", message: lastMessage)
    }
    defer { PQfreemem(text) }
    return String(cString: text)
  }

  // MARK: Statements

  /// Runs one statement and returns its rows.
  package func query(_ sql: String, _ arguments: [String?] = []) throws -> [[String?]] {
    try interruptible { () throws(DatabaseError) in
      let copies = arguments.map { $0.flatMap { strdup($0) } }
      defer { for copy in copies { free(copy) } }
      let result = PQexecParams(
        handle, sql, Int32(copies.count), nil, copies.map { UnsafePointer($0) }, nil, nil, 0)
      defer { PQclear(result) }
      try check(result, sql)
      return (0..<PQntuples(result)).map { row in
        (0..<PQnfields(result)).map { column in
          PQgetisnull(result, row, column) == 1
            ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
        }
      }
    }
  }

  /// Runs a script of any number of statements; their rows are dropped. The text is bytes because a
  /// script that pg_restore wrote is in the database's encoding.
  package func execute(script: [UInt8]) throws {
    try interruptible { () throws(DatabaseError) in try runScript(script) }
  }

  /// Runs statements without regard to interruption: for cleaning up, too.
  package func execute(_ sql: String) throws(DatabaseError) { try runScript(Array(sql.utf8)) }

  private func runScript(_ script: [UInt8]) throws(DatabaseError) {
    let terminated = script.map { CChar(bitPattern: $0) } + [0]
    let result = PQexec(handle, terminated)
    defer { PQclear(result) }
    try check(result, Self.beginning(of: script))
  }

  /// What a script begins with behind its comments.
  private static func beginning(of script: [UInt8]) -> String {
    var rest = script[...]
    while let line = rest.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).first,
      !rest.isEmpty, line.isEmpty || line.starts(with: "--".utf8)
    {
      rest = rest.dropFirst(line.count + 1)
    }
    return String(decoding: rest.prefix(200), as: UTF8.self)
  }

  private func check(_ result: OpaquePointer?, _ sql: String) throws(DatabaseError) {
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return
    default: throw error(result, "run “\(Self.summary(sql))”")
    }
  }

  private static func summary(_ sql: String) -> String {
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
  }

  private func error(_ result: OpaquePointer?, _ operation: String) -> DatabaseError {
    func field(_ code: Character) -> String? {
      guard let result, let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii))
      else {
        return nil
      }
      return String(cString: text)
    }
    var failure = DatabaseError(
      sqlState: field("C") ?? "", operation: operation, message: field("M") ?? lastMessage,
      detail: field("D"), hint: field("H"))
    (failure.place.schema, failure.place.table) = (field("s"), field("t"))
    (failure.place.column, failure.place.constraint) = (field("c"), field("n"))
    failure.place.context = field("W")
    return failure
  }

  // MARK: COPY

  /// libpq reads 16 KiB at a time until one message did not fit, and then keeps the larger buffer. With it a
  /// COPY takes a tenth of the system calls.
  package func widenInputBuffer() throws { _ = try query("SELECT repeat(' ', 300000)") }

  /// Streams the rows of a `COPY … TO STDOUT`; each is the text of one row with its newline and is valid
  /// only inside `body`.
  package func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try Interruption.withCanceller(cancel) {
      do {
        let operation = "read rows by “\(Self.summary(sql))”"
        try start(sql.utf8, expecting: PGRES_COPY_OUT)
        try rows(operation, body)
        try finishCopy(operation)
      } catch let error as DatabaseError {
        try Interruption.check()
        throw error
      }
    }
  }

  /// Streams the rows of several `COPY … TO STDOUT`, which go to the server at once: with many small tables the way
  /// there and back costs more than the rows.
  /// - Parameters:
  ///   - body: gets the number of the statement with each row.
  ///   - completed: is called when a statement has no more rows.
  package func copyOut(
    all statements: [String], _ body: (Int, UnsafeRawBufferPointer) throws -> Void, completed: (Int) -> Void
  ) throws {
    func operation(_ number: Int) -> String {
      number < statements.count ? "read rows by “\(Self.summary(statements[number]))”" : "read rows"
    }
    try Interruption.withCanceller(cancel) {
      do {
        guard PQsendQuery(handle, statements.joined(separator: ";\n")) == 1 else {
          throw DatabaseError(operation: "read rows", message: lastMessage)
        }
        var number = 0
        while let result = PQgetResult(handle) {
          defer { PQclear(result) }
          switch PQresultStatus(result) {
          case PGRES_COPY_OUT: try rows(operation(number)) { try body(number, $0) }
          case PGRES_COMMAND_OK:
            completed(number)
            number += 1
          default:
            let failure = error(result, operation(number))
            drain()
            throw failure
          }
        }
      } catch let error as DatabaseError {
        try Interruption.check()
        throw error
      }
    }
  }

  /// The rows of a `COPY` that has begun.
  private func rows(_ operation: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var row: UnsafeMutablePointer<CChar>?
    while true {
      let count = PQgetCopyData(handle, &row, 0)
      if count == -1 { return }
      if count <= 0 { throw DatabaseError(operation: operation, message: lastMessage) }
      defer { PQfreemem(row) }
      do { try body(UnsafeRawBufferPointer(start: row, count: Int(count))) } catch {
        cancel()
        drain()
        throw error
      }
    }
  }

  /// Feeds a `COPY … FROM STDIN`; `body` gets a function that sends any piece of the text.
  /// - Returns: how many rows the server took.
  @discardableResult
  package func copyIn(
    _ sql: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> Int {
    try copyIn(statement: Array(sql.utf8), body)
  }

  /// The same for a statement whose bytes are in the session's encoding, whatever that is.
  @discardableResult
  package func copyIn(
    statement: [UInt8], _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> Int {
    try Interruption.withCanceller(cancel) {
      do {
        try start(statement, expecting: PGRES_COPY_IN)
        do {
          try body { bytes in
            // Pieces of this size keep libpq's buffer, which must hold one whole piece, small.
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
              let count = min(rest.count, 1 << 17)
              if PQputCopyData(handle, base.assumingMemoryBound(to: CChar.self), Int32(count)) != 1 {
                throw DatabaseError(operation: "send rows", message: lastMessage)
              }
              rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
          }
        } catch {
          PQputCopyEnd(handle, "abandoned by checkpoint")
          drain()
          throw error
        }
        guard PQputCopyEnd(handle, nil) == 1 else {
          throw DatabaseError(operation: "send rows", message: lastMessage)
        }
        return try finishCopy("load rows")
      } catch let error as DatabaseError {
        try Interruption.check()
        throw error
      }
    }
  }

  private func start(_ sql: some Collection<UInt8>, expecting status: ExecStatusType) throws(DatabaseError) {
    let text = sql.map { CChar(bitPattern: $0) } + [0]
    let result = PQexec(handle, text)
    defer { PQclear(result) }
    if PQresultStatus(result) != status {
      let shown = String(decoding: sql.prefix(200), as: UTF8.self)
      throw error(result, "run “\(Self.summary(shown))”")
    }
  }

  /// - Returns: the number of rows, as the server counts them.
  @discardableResult
  private func finishCopy(_ operation: String) throws(DatabaseError) -> Int {
    var failure: DatabaseError?
    var rowCount = 0
    while let result = PQgetResult(handle) {
      if PQresultStatus(result) != PGRES_COMMAND_OK && failure == nil { failure = error(result, operation) }
      if let text = PQcmdTuples(result), let count = Int(String(cString: text)) { rowCount = count }
      PQclear(result)
      if PQstatus(handle) != CONNECTION_OK { break }
    }
    if let failure { throw failure }
    return rowCount
  }

  /// Reads the answers that are still due, so that the connection can be used again.
  private func drain() {
    while let result = PQgetResult(handle) {
      let status = PQresultStatus(result)
      PQclear(result)
      if status == PGRES_COPY_OUT {
        var row: UnsafeMutablePointer<CChar>?
        while PQgetCopyData(handle, &row, 0) > 0 { PQfreemem(row) }
      }
      if PQstatus(handle) != CONNECTION_OK { return }
    }
  }
}
