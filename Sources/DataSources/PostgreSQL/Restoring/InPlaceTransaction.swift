// The single transaction in which contents of the live database are replaced. Its number is written to a file before it
// commits, followed by the number of the transaction that reverts it, so that after a kill the server can be asked whether
// they committed.

import Checkpoints
import FileSystem
import Postgres

final class InPlaceTransaction {
  private let access: ServerAccess
  private let context: DatabaseContext
  /// The open transaction.
  private(set) var connection: Connection?

  init(_ access: ServerAccess, _ context: DatabaseContext) { (self.access, self.context) = (access, context) }

  private var file: BytePath { context.store.journal.appending("in-place-\(context.token)") }
  private var outcomeFile: BytePath { context.store.journal.appending("in-place-\(context.token)-outcome") }

  /// The outcome of the transaction that another process ran.
  func savedOutcome() throws -> RestoreOutcome {
    guard FileTree.exists(outcomeFile) else { return RestoreOutcome() }
    return try RestoreOutcome(saved: FileTree.readAll(outcomeFile))
  }

  /// To be called before it commits, so that a process that finds the commit also finds the outcome.
  func save(_ outcome: RestoreOutcome) throws {
    try context.store.files.replaceFile(outcomeFile, with: outcome.saved)
  }

  /// Identifies the database, for a process that continues the operation.
  var place: RestoreState {
    [Key.server: access.systemIdentifier, Key.database: access.liveOID ?? "", Key.name: access.live]
  }

  /// Refuses another database: this process may have been started with another URL.
  /// - Throws: `DatabaseProblem.otherPlace`.
  func requirePlace(_ state: RestoreState?) throws {
    guard let state, state[Key.server] != nil else { return }
    if state[Key.server] != place[Key.server] || state[Key.database] != place[Key.database] {
      throw DatabaseProblem.otherPlace(begun: state[Key.name] ?? "?", present: access.live)
    }
  }

  private enum Key {
    static let server = "server"
    static let database = "database"
    static let name = "name"
  }

  /// Begins the transaction. It waits for locks no longer than the settings allow.
  @discardableResult
  func begin() throws -> Connection {
    let connection = try access.source.connect()
    self.connection = connection
    // Every statement sees what was committed before it, including rows that were written until the tables were locked.
    try connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    try connection.execute("SET LOCAL lock_timeout = '\(access.source.limits.lock)s'")
    try connection.execute("SET LOCAL check_function_bodies = off")
    return connection
  }

  /// Runs `body` in the transaction and commits it; an error rolls everything back.
  /// - Parameter isReverting: whether it reverts the transaction in the file.
  func run(isReverting: Bool = false, _ body: (Connection) throws -> Void) throws {
    let connection = try connection ?? begin()
    defer { self.connection = nil }
    do {
      try Self.translatingLocks(access) { try body(connection) }
      let number = try connection.query("SELECT \(currentNumber)::text").first?[0] ?? ""
      let earlier = isReverting ? try numbers().prefix(1) : []
      try context.store.files.replaceFile(file, with: Array((earlier + [number]).joined(separator: " ").utf8))
      _ = try connection.query(ServerAccess.durably)
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  /// Runs `body`, and again from the beginning if the server refused a statement: then each runs in a savepoint of its own,
  /// so that what cannot be made does not stop the rest.
  /// - Parameter body: its second argument is whether it runs the second time.
  func runForgiving(
    isReverting: Bool = false, _ body: (Connection, Bool) throws -> RestoreOutcome
  ) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    func attempt(_ isCareful: Bool) throws {
      try run(isReverting: isReverting) { connection in
        outcome = try body(connection, isCareful)
        try save(outcome)
      }
    }
    do { try attempt(false) } catch let error as DatabaseError where error.isAboutStatement {
      try attempt(true)
    }
    return outcome
  }

  /// Ends a transaction that has changed nothing.
  func giveUp() {
    try? connection?.execute("ROLLBACK")
    connection = nil
  }

  private var currentNumber: String {
    access.serverMajor >= 13 ? "pg_current_xact_id()" : "txid_current()"
  }

  /// The numbers in the file: of the transaction, and of the last one that was to revert it.
  private func numbers() throws -> [String] {
    guard FileTree.exists(file) else { return [] }
    return String(decoding: try FileTree.readAll(file), as: UTF8.self).split(separator: " ").map(String.init)
  }

  /// Whether the transaction in the file committed and was not reverted.
  func isCommitted() throws -> Bool {
    let numbers = try numbers()
    if numbers.isEmpty { return false }
    let status = access.serverMajor >= 13 ? "pg_xact_status($1::text::xid8)" : "txid_status($1::bigint)"
    let connection = try access.source.connect()
    let committed = try numbers.map { number in
      try connection.query("SELECT \(status)", [number]).first?[0] == "committed"
    }
    return committed == [true] || committed == [true, false]
  }

  /// Dumps have no statistics, and without them the first queries would be planned badly.
  func analyze(_ tables: [TableName]) throws {
    let queue = WorkQueue(tables)
    let source = access.source
    let supply = ConnectionSupply { try source.connect() }
    try Threads.concurrently(
      (0..<min(source.limits.jobs, tables.count)).map { _ in
        { @Sendable in
          guard let connection = try supply.spare() else { return }
          let path = try connection.standardPath()
          while let table = queue.next() { try connection.analyze(table.quoted, searchPath: path) }
        }
      })
  }

  /// Locks tables that the transaction in the file has filled, and makes sure that nothing has changed them since: each row
  /// has that transaction's number, and there are as many rows as it loaded.
  /// - Throws: `DatabaseProblem.changedSinceRestore`.
  func requireUntouched(_ rowCounts: [TableName: Int], _ connection: Connection) throws {
    let number = try numbers().first ?? ""
    guard let whole = UInt64(number) else { throw DatabaseProblem.transactionLost(number) }
    let tables = rowCounts.keys.sorted { $0.display < $1.display }
    try Self.lock(tables, .accessExclusive, connection)
    // The planner may call functions of an index, which find names by it.
    try connection.setSearchPath(connection.standardPath())
    defer { try? connection.setSearchPath("pg_catalog") }
    let today = try LiveTable.all(connection)
    var touched: [String] = []
    for table in tables {
      // Only the table's own rows, if other tables inherit from it.
      let only = today[table]?.isPartitioned == true ? "" : "ONLY "
      let row = try connection.query(
        "SELECT count(*), count(*) FILTER (WHERE xmin::text <> $1) FROM \(only)\(table.quoted)",
        ["\(whole & 0xFFFF_FFFF)"]
      ).first
      if row?[0] != "\(rowCounts[table] ?? 0)" || row?[1] != "0" { touched.append(table.display) }
    }
    if !touched.isEmpty { throw DatabaseProblem.changedSinceRestore(touched) }
  }

  func forget() throws {
    try FileTree.remove(file)
    try FileTree.remove(outcomeFile)
  }

  // MARK: Locks

  enum LockMode: String {
    /// Other sessions can read but not write.
    case shareRowExclusive = "SHARE ROW EXCLUSIVE"
    case accessExclusive = "ACCESS EXCLUSIVE"
  }

  /// - Throws: `DatabaseProblem.locked` with the holders of the locks, if waiting for a lock took too long.
  static func translatingLocks(_ access: ServerAccess, _ body: () throws -> Void) throws {
    do { try body() } catch let error as DatabaseError where error.isLockTimeout {
      throw DatabaseProblem.locked(
        seconds: access.source.limits.lock,
        holders: try DatabaseCatalog.lockHolders(access.source.connect()))
    }
  }

  static func lock(_ tables: [TableName], _ mode: LockMode, _ connection: Connection) throws {
    for start in stride(from: 0, to: tables.count, by: 500) {
      let names = tables[start..<min(start + 500, tables.count)].map(\.quoted)
      try connection.execute(
        script: Array("LOCK TABLE \(names.joined(separator: ", ")) IN \(mode.rawValue) MODE".utf8))
    }
  }

  /// Locks the tables and compares them with the rescue: rows that were written since would be lost.
  /// - Throws: `DatabaseProblem.changedSinceRescue`.
  func requireUnchanged(
    _ tables: [TableName], since expected: DatabaseDocument, _ connection: Connection
  ) throws {
    try Self.lock(tables, .accessExclusive, connection)
    do {
      guard Set(tables) == Set(expected.tables.map(\.tableName)) else {
        throw DatabaseProblem.mismatch(["the list of tables"])
      }
      try RowLoad(
        store: context.store, encoding: expected.database.encoding,
        tables: RowLoad.tables(of: expected, in: context.store), progress: context.progress
      ).compareAll(connection)
    } catch DatabaseProblem.mismatch(let tables) {
      throw DatabaseProblem.changedSinceRescue(tables)
    }
  }
}
