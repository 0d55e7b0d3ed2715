// Runs statements and reads their answers. Rows come one by one, so that an answer that is too long is noticed before it is
// in memory.

import CPostgres
import Glibc

extension Connection {
  /// The largest answer, in bytes of its values. Answers are about catalogs and never contain a table's rows.
  private static let answerLimit = 256 << 20

  /// Runs one statement and returns its rows.
  package func query(_ sql: String, _ arguments: [String?] = []) throws -> [Row] {
    try interruptible { () throws(DatabaseError) in
      func operation() -> String { "run “\(Self.summary(sql))”" }
      try begin(operation())
      let copies = arguments.map { $0.flatMap { strdup($0) } }
      defer { for copy in copies { free(copy) } }
      let texts = copies.map { UnsafePointer($0) }
      guard PQsendQueryParams(handle, sql, Int32(copies.count), nil, texts, nil, nil, 0) == 1 else {
        throw DatabaseError(operation: operation(), message: lastMessage)
      }
      var rows: [Row] = []
      var byteCount = 0
      do throws(DatabaseError) {
        try answers(operation()) { result in
          if byteCount > Self.answerLimit { return }
          for row in 0..<PQntuples(result) {
            let values = values(of: result, row)
            byteCount += values.reduce(0) { $0 + ($1?.utf8.count ?? 0) + MemoryLayout<String?>.size }
            rows.append(Row(values, shape))
          }
          if byteCount > Self.answerLimit {
            rows = []
            cancel()
          }
        }
      } catch {
        if byteCount <= Self.answerLimit { throw error }
      }
      if byteCount > Self.answerLimit {
        throw DatabaseError(
          operation: operation(), message: "the answer is longer than \(Self.answerLimit >> 20) MB")
      }
      return rows
    }
  }

  private func values(of result: OpaquePointer, _ row: Int32) -> [String?] {
    (0..<PQnfields(result)).map { column in
      PQgetisnull(result, row, column) == 1
        ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
    }
  }

  /// Runs a script of any number of statements and drops their rows. The script is bytes because one that pg_restore wrote
  /// is in the database's encoding.
  package func execute(script: [UInt8]) throws {
    try interruptible { () throws(DatabaseError) in try runScript(script) }
  }

  /// Runs statements that an interruption does not cancel, so that they can also clean up after one.
  package func execute(_ sql: String) throws(DatabaseError) { try runScript(Array(sql.utf8)) }

  private func runScript(_ script: [UInt8]) throws(DatabaseError) {
    func operation() -> String { "run “\(Self.summary(Self.beginning(of: script)))”" }
    try send(script, operation())
    try answers(operation()) { _ in }
  }

  /// - Parameter script: must not contain a zero byte, which would end it.
  func send(_ script: [UInt8], _ operation: @autoclosure () -> String) throws(DatabaseError) {
    try begin(operation())
    let isSent = (script + [0]).withUnsafeBytes { bytes in
      bytes.baseAddress.map { PQsendQuery(handle, $0.assumingMemoryBound(to: CChar.self)) } == 1
    }
    if !isSent { throw DatabaseError(operation: operation(), message: lastMessage) }
  }

  /// Reads all results of what was sent, and then throws the first error.
  private func answers(
    _ operation: @autoclosure () -> String, _ body: (OpaquePointer) -> Void
  ) throws(DatabaseError) {
    PQsetSingleRowMode(handle)
    try flush(operation())
    var failure: DatabaseError?
    while let result = try nextResult(operation()) {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK: body(result)
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default:
        failure = failure ?? error(result, operation())
        try endCopy(result, operation())
      }
      if PQstatus(handle) != CONNECTION_OK { break }
    }
    if let failure { throw failure }
  }

  /// The beginning of a script, after its comments.
  static func beginning(of script: [UInt8]) -> String {
    var rest = script[...]
    while let line = rest.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).first,
      !rest.isEmpty, line.isEmpty || line.starts(with: "--".utf8)
    {
      rest = rest.dropFirst(line.count + 1)
    }
    return String(decoding: rest.prefix(200), as: UTF8.self)
  }

  static func summary(_ sql: String) -> String {
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
  }

  func error(_ result: OpaquePointer?, _ operation: String) -> DatabaseError {
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
}
