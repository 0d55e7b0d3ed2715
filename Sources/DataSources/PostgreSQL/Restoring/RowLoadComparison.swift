// Compares tables with the rows that were recorded, by the fingerprints of both.

import Codecs
import FileSystem
import Postgres
import Synchronization

extension RowLoad {
  func fingerprint(
    of table: TableName, _ columns: [String], blocks: Range<Int>? = nil, _ connection: Connection,
    isView: Bool = false
  ) throws -> RowFingerprint {
    var found = RowFingerprint()
    try connection.copyOut(statement(for: table, columns, blocks: blocks, isView)) { _ = found.add(row: $0) }
    return found
  }

  func statement(
    for table: TableName, _ columns: [String], blocks: Range<Int>?, _ isView: Bool = false
  ) -> String {
    let origin = BlockRanges.origin(of: table, columns, blocks: blocks, isQuery: isView)
    return "COPY \(origin) TO STDOUT WITH (ENCODING \(encoding.asLiteral))"
  }

  /// - Parameter isMissing: tables whose rows did not go in are known already.
  func compare(
    _ loaded: [TableName: RowFingerprint], _ connect: () throws -> Connection,
    except isMissing: (TableName) -> Bool = { _ in false }
  ) throws {
    var wrong: [String] = []
    for table in tables where table.loadThrough == nil && !isMissing(table.name) {
      let expected = table.list.fingerprint
      let found = loaded[table.name] ?? RowFingerprint()
      if found != expected {
        wrong.append("\(table.name.display) (\(found.rowCount) rows instead of \(expected.rowCount))")
      }
    }
    let roots = Dictionary(grouping: tables.filter { $0.loadThrough != nil }, by: \.target)
    if !roots.isEmpty {
      let connection = try ConnectionSupply.awaitingRoom { try connect() }
      for (root, leaves) in roots where !leaves.contains(where: { isMissing($0.name) }) {
        let expected = leaves.reduce(RowFingerprint()) { $0 + $1.list.fingerprint }
        let found = try leaves.reduce(RowFingerprint()) {
          try $0 + fingerprint(of: $1.name, $1.columns, connection)
        }
        if found != expected { wrong.append(root.display) }
      }
    }
    if !wrong.isEmpty { throw DatabaseProblem.mismatch(wrong) }
  }

  /// Compares existing tables, through several connections.
  /// - Throws: `DatabaseProblem.mismatch` if a table differs from its recorded rows.
  func compareAll(jobs: Int, connect: @escaping @Sendable () throws -> Connection) throws {
    let order = tables.filter { $0.loadThrough == nil }.sorted { $0.list.byteCount > $1.list.byteCount }
    let (queue, total) = (WorkQueue(order), order.reduce(0) { $0 + $1.list.byteCount })
    let found = Mutex<[TableName: RowFingerprint]>([:])
    let done = Atomic<Int>(0)
    let supply = ConnectionSupply(connect)
    defer { progress.finish("compare rows") }
    try Threads.concurrently(
      (0..<max(1, jobs)).map { _ in
        { @Sendable in
          guard let connection = try supply.spare() else { return }
          while let table = queue.next() {
            try Interruption.check()
            let sum = try fingerprint(of: table.name, table.columns, connection)
            found.withLock { $0[table.name] = sum }
            let bytes = done.add(table.list.byteCount, ordering: .relaxed).newValue
            progress.update("compare rows", done: bytes, total: total, unit: .bytes)
          }
        }
      })
    try compare(found.withLock { $0 }, connect)
  }

  /// - Parameter isMissing: tables whose rows did not go in are known already.
  /// - Throws: `DatabaseProblem.mismatch` if any other table differs from its recorded rows.
  func compareAll(_ connection: Connection, except isMissing: (TableName) -> Bool = { _ in false }) throws {
    var found: [TableName: RowFingerprint] = [:]
    for table in tables where table.loadThrough == nil && !isMissing(table.name) {
      found[table.name] = try fingerprint(of: table.name, table.columns, connection)
    }
    try compare(found, { connection }, except: isMissing)
  }
}
