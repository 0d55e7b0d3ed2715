// COPY, out of a table and into one.

import CPostgres
import FileSystem
import Glibc

extension Connection {
  /// libpq reads 16 KiB at a time until one message does not fit, and then keeps the larger buffer. With that, a COPY needs
  /// a tenth of the system calls.
  package func widenInputBuffer() throws { _ = try query("SELECT repeat(' ', 300000)") }

  /// Calls `body` with each row of a `COPY … TO STDOUT`: its text with its newline, valid only during the call.
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

  /// As above for several `COPY … TO STDOUT` that are sent together: with many small tables, the round trips cost more than
  /// the rows.
  /// - Parameters:
  ///   - body: called with the number of the statement and each row.
  ///   - completed: called when a statement has no more rows.
  package func copyOut(
    all statements: [String], _ body: (Int, UnsafeRawBufferPointer) throws -> Void, completed: (Int) -> Void
  ) throws {
    func operation(_ number: Int) -> String {
      number < statements.count ? "read rows by “\(Self.summary(statements[number]))”" : "read rows"
    }
    try Interruption.withCanceller(cancel) {
      do {
        try send(Array(statements.joined(separator: ";\n").utf8), "read rows")
        try flush("read rows")
        var number = 0
        while let result = try nextResult(operation(number)) {
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

  /// Reads the rows of a `COPY` that has begun.
  private func rows(_ operation: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    // This runs for many millions of rows. One more closure for each row would make a checkpoint five percent slower.
    var row: UnsafeMutablePointer<CChar>?
    while true {
      let count = PQgetCopyData(handle, &row, 1)
      guard count > 0 else {
        if count == 0 {
          try awaitInput(operation)
          continue
        }
        if count == -1 { return }
        throw DatabaseError(operation: operation, message: lastMessage)
      }
      defer { PQfreemem(row) }
      do { try body(UnsafeRawBufferPointer(start: row, count: Int(count))) } catch {
        cancel()
        drain()
        throw error
      }
    }
  }

  /// Skips the rows of a `COPY` that has begun.
  private func dropRows(_ operation: String) throws(DatabaseError) {
    while true {
      var row: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(handle, &row, 1)
      if count > 0 { PQfreemem(row) }
      if count == 0 { try awaitInput(operation) }
      if count == -1 { return }
      if count < -1 { throw DatabaseError(operation: operation, message: lastMessage) }
    }
  }

  private func awaitInput(_ operation: String) throws(DatabaseError) {
    try wait(for: POLLIN, operation)
    if PQconsumeInput(handle) != 1 { throw DatabaseError(operation: operation, message: lastMessage) }
  }

  /// Runs a `COPY … FROM STDIN`. `body` gets a function that sends the next piece of the text.
  /// - Returns: the number of rows, as the server reports it.
  @discardableResult
  package func copyIn(
    _ sql: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> Int {
    try copyIn(statement: Array(sql.utf8), body)
  }

  /// The same for a statement as bytes, in the session's encoding.
  @discardableResult
  package func copyIn(
    statement: [UInt8], _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> Int {
    try Interruption.withCanceller(cancel) {
      do {
        try start(statement, expecting: PGRES_COPY_IN)
        do {
          var unflushed = 0
          try body { bytes in
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
              let count = min(rest.count, Self.pieceBytes)
              try put { PQputCopyData(handle, base.assumingMemoryBound(to: CChar.self), Int32(count)) }
              unflushed += count
              if unflushed >= Self.unflushedBytes {
                try flush("send rows")
                unflushed = 0
              }
              rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
          }
        } catch {
          PQputCopyEnd(handle, "abandoned by checkpoint")
          try? flush("send rows")
          drain()
          throw error
        }
        try put { PQputCopyEnd(handle, nil) }
        try flush("send rows")
        return try finishCopy("load rows")
      } catch let error as DatabaseError {
        try Interruption.check()
        throw error
      }
    }
  }

  /// libpq sends what it has in blocks of 8 KiB and keeps the rest. With its five bytes of a message's head a piece of this size
  /// leaves nothing, which would cost the server a wakeup of its own; and libpq's buffer, which must hold a whole piece, stays
  /// small.
  private static let pieceBytes = (1 << 17) - 5
  /// libpq buffers without a limit what the server does not read at once.
  private static let unflushedBytes = 1 << 18

  /// Calls `step` again, after a flush, while libpq's buffer is full.
  private func put(_ step: () -> Int32) throws(DatabaseError) {
    while true {
      let outcome = step()
      if outcome == 1 { return }
      if outcome < 0 { throw DatabaseError(operation: "send rows", message: lastMessage) }
      try flush("send rows")
    }
  }

  private func start(_ sql: some Collection<UInt8>, expecting status: ExecStatusType) throws(DatabaseError) {
    func operation() -> String { "run “\(Self.summary(String(decoding: sql.prefix(200), as: UTF8.self)))”" }
    try send(Array(sql), operation())
    try flush(operation())
    var failure: DatabaseError?
    while let result = try nextResult(operation()) {
      defer { PQclear(result) }
      if failure == nil && PQresultStatus(result) == status { return }
      failure = failure ?? error(result, operation())
      try endCopy(result, operation())
      if PQstatus(handle) != CONNECTION_OK { break }
    }
    throw failure ?? DatabaseError(operation: operation(), message: "the server did not begin a COPY")
  }

  /// - Returns: the number of rows, as the server reports it.
  @discardableResult
  private func finishCopy(_ operation: String) throws(DatabaseError) -> Int {
    var failure: DatabaseError?
    var rowCount = 0
    while let result = try nextResult(operation) {
      defer { PQclear(result) }
      if PQresultStatus(result) != PGRES_COMMAND_OK && failure == nil { failure = error(result, operation) }
      if let text = PQcmdTuples(result), let count = Int(String(cString: text)) { rowCount = count }
      if PQstatus(handle) != CONNECTION_OK { break }
    }
    if let failure { throw failure }
    return rowCount
  }

  /// Ends a `COPY` that was not asked for. Otherwise libpq would return this result again and again.
  func endCopy(_ result: OpaquePointer, _ operation: String) throws(DatabaseError) {
    switch PQresultStatus(result) {
    case PGRES_COPY_IN:
      try put { PQputCopyEnd(handle, "not expected by checkpoint") }
      try flush(operation)
    case PGRES_COPY_OUT: try dropRows(operation)
    case PGRES_COPY_BOTH: throw lose(operation, "the server began a replication")
    default: break
    }
  }

  /// Reads the results that are still to come, so that the connection can be used again.
  private func drain() {
    while let result = try? nextResult("read rows") {
      defer { PQclear(result) }
      do { try endCopy(result, "read rows") } catch { return }
      if PQstatus(handle) != CONNECTION_OK { return }
    }
  }
}
