// Loads recorded rows into the tables of a new database through several connections, reads every table back, and compares it
// with what was recorded. If that was done once before, rows are only counted.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Postgres
import Synchronization

struct RowLoad: Sendable {
  struct Table: Sendable {
    var name: TableName
    var columns: [String]
    var loadThrough: TableName?
    var list: ChunkList
    /// A digest of the values of its generated columns.
    var generated: String?

    /// The table that rows are loaded into: itself, or the root of its partitions.
    var target: TableName { loadThrough ?? name }
  }

  let store: Store
  let encoding: String
  var tables: [Table]
  let progress: any ProgressReporter
  /// Whether the same rows were once loaded on the same server and compared equal: then counting them is enough.
  var isProven = false
  /// The search path of an ordinary session, for functions that need it to find names.
  var searchPath: String?

  /// The tables of extensions, or the materialized views, whose rows were recorded.
  static func supplements(of document: DatabaseDocument, areViews: Bool, in store: Store) throws -> [Table] {
    let lists = try StreamLists(document.list, ChunkReader(store))
    return try document.supplementStreams.filter { $0.supplement.isView == areViews }.map {
      supplement, stream in
      Table(name: supplement.tableName, columns: supplement.columns, list: try lists.list(of: stream))
    }
  }

  /// - Parameter part: the part whose tables are returned; none if it is about definitions only.
  static func tables(
    of document: DatabaseDocument, _ part: DatabasePart = DatabasePart(), in store: Store
  ) throws -> [Table] {
    if part.contents == .schema { return [] }
    let lists = try StreamLists(document.list, ChunkReader(store))
    return try zip(document.tables, document.streams.filter { $0.name != DatabaseDocument.archiveName })
      .filter { part.includes($0.0.tableName, ancestors: $0.0.ancestors ?? []) }.map { table, stream in
        Table(
          name: table.tableName, columns: table.columns, loadThrough: table.loadThrough,
          list: try lists.list(of: stream), generated: table.generated)
      }
  }

  private enum Work: Sendable {
    case load(Table)
    case analyze(Table)
    case compare(Table, BlockRanges.Range)
    /// Small tables, whose statements cost more than their rows: each step is done for all of them at once.
    case loadSmall([Table])
    case analyzeSmall([Table])
    case compareSmall([Table])

    var isLoad: Bool {
      switch self {
      case .load, .loadSmall: true
      case .analyze, .compare, .analyzeSmall, .compareSmall: false
      }
    }
  }

  private final class Shared: Sendable {
    let board: WorkBoard<Work>
    let loadsLeft: Atomic<Int>
    let isComparing = Atomic<Bool>(false)
    let done = Atomic<Int>(0)
    let total: Int
    let found = Mutex<[TableName: RowFingerprint]>([:])
    /// Tables that were refused, and are tried again after the rest.
    let late = Mutex<[Table]>([])
    let outcome = Mutex<RestoreOutcome>(RestoreOutcome())

    init(_ order: [Table]) {
      let small = order.filter { $0.list.byteCount < frozenBytes && $0.loadThrough == nil }
      let large = order.filter { $0.list.byteCount >= frozenBytes || $0.loadThrough != nil }
      let groups = stride(from: 0, to: small.count, by: 50).map {
        Array(small[$0..<min($0 + 50, small.count)])
      }
      let work = large.map { Work.load($0) } + groups.map { Work.loadSmall($0) }
      board = WorkBoard(work)
      loadsLeft = Atomic(work.count)
      total = order.reduce(0) { $0 + $1.list.byteCount }
    }
  }

  /// Loads and checks everything through connections that `connect` opens. Tables are loaded whole, because the next
  /// checkpoint relies on the order of their rows; reading back is divided into ranges.
  /// - Parameter afterLoading: runs once every row is loaded, on one of the threads, while another thread compares the rest:
  ///   building indexes sometimes keeps only one core busy.
  /// - Returns: rows that were refused, and what was restored differently.
  func run(
    jobs: Int, connect: @escaping @Sendable () throws -> Connection,
    afterLoading: @escaping @Sendable () throws -> Void
  ) throws -> RestoreOutcome {
    let order = tables.filter { !$0.list.chunks.isEmpty }.sorted { $0.list.byteCount > $1.list.byteCount }
    let shared = Shared(order)
    defer { progress.finish("restore rows") }
    if order.isEmpty { try afterLoading() }
    let supply = ConnectionSupply(connect)
    try Threads.concurrently(
      (0..<max(2, jobs)).map { _ in
        { @Sendable in
          do { try work(shared, supply, afterLoading) } catch {
            shared.board.stop()
            throw error
          }
        }
      })
    let outcome = shared.outcome.withLock { $0 }
    if !isProven {
      let refused = Set(outcome.refused.map(\.table.name))
      try compare(shared.found.withLock { $0 }, connect, except: refused.contains)
    }
    return outcome
  }

  private func work(
    _ shared: Shared, _ supply: ConnectionSupply, _ afterLoading: () throws -> Void
  ) throws {
    guard try loadAndCompare(shared, supply.spare()) else { return }
    // Its connection is closed by now, because pg_restore also needs some.
    try afterLoading()
    if shared.isComparing.exchange(true, ordering: .relaxed) { return }
    let connection = try supply.needed()
    try prepare(connection)
    let reader = ChunkReader(store)
    while let work = shared.board.next() {
      shared.board.finish(adding: try attempt(work, connection, reader, shared))
    }
  }

  private func prepare(_ connection: Connection) throws {
    try connection.execute("SET synchronous_commit = off")
    // pg_restore and our readers both take locks one by one and can deadlock. The short timeout makes us the side that gives
    // up, before the server kills pg_restore.
    try connection.execute("SET lock_timeout = '300ms'")
    try connection.widenInputBuffer()
  }

  /// - Parameter connection: nil for a worker that got none.
  /// - Returns: whether it has loaded the last of all tables.
  private func loadAndCompare(_ shared: Shared, _ connection: Connection?) throws -> Bool {
    guard let connection else { return false }
    try prepare(connection)
    let reader = ChunkReader(store)
    while let work = shared.board.next() {
      shared.board.finish(adding: try attempt(work, connection, reader, shared))
      if work.isLoad, shared.loadsLeft.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        try loadLate(shared, connection)
        return true
      }
      if shared.loadsLeft.load(ordering: .relaxed) == 0 {
        // One worker continues comparing; the others leave their cores to building indexes.
        if shared.isComparing.exchange(true, ordering: .relaxed) { return false }
        while let work = shared.board.next() {
          shared.board.finish(adding: try attempt(work, connection, reader, shared))
        }
      }
    }
    return false
  }

  /// Does one piece of work and returns the work that follows: the same again if a lock prevents it. Tables that the server
  /// refuses are left for later.
  private func attempt(
    _ work: Work, _ connection: Connection, _ reader: ChunkReader, _ shared: Shared
  ) throws -> [Work] {
    do { return try perform(work, connection, reader, shared) } catch let error as DatabaseError
      where !work.isLoad && (error.isLockTimeout || error.isDeadlock)
    {
      try Interruption.check()
      return [work]
    } catch let error as DatabaseError where error.isAboutStatement {
      switch work {
      case .load(let table): shared.late.withLock { $0.append(table) }
      case .loadSmall(let tables):
        try connection.execute("ROLLBACK")
        // One of them is at fault; the others can be loaded one by one.
        for table in tables {
          do {
            try connection.attempt(isInTransaction: false) {
              try load(table, connection, reader, .ready) { _ in }
            }
          } catch let error as DatabaseError where error.isAboutStatement {
            shared.late.withLock { $0.append(table) }
          }
        }
        let refused = Set(shared.late.withLock { $0 }.map(\.name))
        let filled = tables.filter { !refused.contains($0.name) }
        return filled.isEmpty ? [] : [.analyzeSmall(filled)] + (isProven ? [] : [.compareSmall(filled)])
      // Statistics are no contents. If one of their expressions fails here, it would also fail in later queries.
      case .analyze, .analyzeSmall: return []
      case .compare(let table, let range):
        // To plan the query the server calls functions of the table's indexes.
        guard let searchPath else { throw error }
        do {
          try connection.attempt(isInTransaction: false) {
            try connection.setSearchPath(searchPath)
            _ = try perform(.compare(table, range), connection, reader, shared)
          }
        } catch let error as DatabaseError where error.isLockTimeout || error.isDeadlock { return [work] }
      case .compareSmall: throw error
      }
      return []
    }
  }

  /// Loads the tables that were refused, after all others.
  private func loadLate(_ shared: Shared, _ connection: Connection) throws {
    try connection.execute("SET lock_timeout = 0")
    let late = LateLoad(load: self, searchPath: searchPath, connection: connection)
    let tables = shared.late.withLock { $0 }
    if !tables.isEmpty {
      let (filled, outcome) = try late.run(tables)
      shared.outcome.withLock { $0 += outcome }
      for table in filled {
        _ = try attempt(.analyze(table), connection, ChunkReader(store), shared)
        if isProven || table.loadThrough != nil { continue }
        let found = try fingerprint(of: table.name, table.columns, connection)
        shared.found.withLock { $0[table.name] = found }
      }
    }
    let generated = try late.repeatGenerated()
    shared.outcome.withLock { $0 += generated }
    if isProven { return }
    for table in self.tables
    where table.generated != nil && table.loadThrough == nil && !table.list.chunks.isEmpty {
      let found = try fingerprint(of: table.name, table.columns, connection)
      shared.found.withLock { $0[table.name] = found }
    }
  }

  /// Does one piece of work and returns the work that follows.
  private func perform(
    _ work: Work, _ connection: Connection, _ reader: ChunkReader, _ shared: Shared
  ) throws -> [Work] {
    switch work {
    case .load(let table):
      try load(table, connection, reader, .own) { count in
        let sum = shared.done.add(count, ordering: .relaxed).newValue
        progress.update("restore rows", done: sum, total: shared.total, unit: .bytes)
      }
      // Rows that were loaded through a root may be in any table below it; those are compared together, later. So are rows
      // that may be loaded again, for their generated columns.
      if table.loadThrough != nil || table.generated != nil || isProven { return [.analyze(table)] }
      // Much too small to be read in ranges.
      if table.list.byteCount < BlockRanges.rangeBytes / 2 {
        return [.analyze(table), .compare(table, .init(blocks: nil, byteCount: table.list.byteCount))]
      }
      let sizes = try connection.query(
        "SELECT pg_relation_size($1::regclass), pg_table_size($1::regclass)", [table.name.quoted]
      ).first.map { row in [row[0], row[1]].map { $0.flatMap { Int($0) } ?? 0 } }
      return [.analyze(table)]
        + BlockRanges.split(
          heapByteCount: sizes?[0] ?? 0, byteCount: sizes?[1] ?? 0,
          supportsRanges: connection.serverMajorVersion >= 14
        ).map { .compare(table, $0) }
    case .analyze(let table):
      // Dumps have no statistics, and without them the first queries would be planned badly.
      try connection.execute(script: Array("ANALYZE \(table.name.quoted)".utf8))
      return []
    case .loadSmall(let tables):
      try connection.execute("BEGIN")
      for table in tables {
        try load(table, connection, reader, .ready) { count in
          let sum = shared.done.add(count, ordering: .relaxed).newValue
          progress.update("restore rows", done: sum, total: shared.total, unit: .bytes)
        }
      }
      try connection.execute("COMMIT")
      return [.analyzeSmall(tables)] + (isProven ? [] : [.compareSmall(tables)])
    case .analyzeSmall(let tables):
      let names = tables.map(\.name.quoted).joined(separator: ", ")
      try connection.execute(script: Array("ANALYZE \(names)".utf8))
      return []
    case .compareSmall(let tables):
      var found = tables.map { _ in RowFingerprint() }
      try connection.copyOut(
        all: tables.map { statement(for: $0.name, $0.columns, blocks: nil) },
        { number, row in _ = found[number].add(row: row) }, completed: { _ in })
      shared.found.withLock { all in
        for (table, sum) in zip(tables, found) { all[table.name] = sum }
      }
      return []
    case .compare(let table, let range):
      let found = try fingerprint(of: table.name, table.columns, blocks: range.blocks, connection)
      shared.found.withLock { $0[table.name, default: .init()] += found }
      return []
    }
  }

  /// For fewer bytes, TRUNCATE costs too much: it makes new files for the table and each of its indexes.
  private static let frozenBytes = 256 << 10

  /// Above this size the next chunk is unpacked while the server takes the one before.
  private static let prefetchedBytes = 64 << 20

  /// The transaction in which a table is loaded. If it made or emptied the table, rows can be loaded frozen, which saves
  /// writing them twice.
  enum LoadTransaction {
    case own
    /// It is already open.
    case ready
    /// It is already open, and has made the tables.
    case newTables
  }

  /// Loads one table.
  func load(
    _ table: Table, _ connection: Connection, _ reader: ChunkReader, _ transaction: LoadTransaction,
    _ advance: (Int) -> Void
  ) throws {
    let isLarge = table.list.byteCount >= Self.frozenBytes
    let isOwn = transaction == .own && table.loadThrough == nil && isLarge
    let isFrozen = isOwn || (transaction == .newTables && table.loadThrough == nil)
    if isOwn {
      try connection.execute("BEGIN")
      try connection.execute("TRUNCATE TABLE ONLY \(table.name.quoted)")
    }
    do {
      let columns = CatalogTable.list(table.columns)
      let options = "ENCODING \(encoding.asLiteral)" + (isFrozen ? ", FREEZE true" : "")
      let count = try connection.copyIn(
        "COPY \(table.target.quoted)\(columns) FROM STDIN WITH (\(options))"
      ) { send in
        func give(_ chunk: ChunkReference, _ bytes: UnsafeRawBufferPointer) throws {
          try Interruption.check()
          try send(bytes)
          advance(chunk.byteCount)
        }
        // The largest tables take longest and have one connection each, so everything waits for what they wait for.
        if transaction == .newTables || table.list.byteCount >= Self.prefetchedBytes {
          try ChunkPrefetch.forEach(table.list, in: store, give)
        } else {
          for chunk in table.list.chunks { try reader.withPiece(chunk) { try give(chunk, $0) } }
        }
      }
      let expected = table.list.fingerprint.rowCount
      if count != expected {
        throw DatabaseProblem.mismatch(["\(table.name.display) (\(count) rows instead of \(expected))"])
      }
      if isOwn { try connection.execute("COMMIT") }
    } catch {
      if isOwn { try? connection.execute("ROLLBACK") }
      throw error
    }
  }

  /// Loads everything on one connection, inside an open transaction that has made the tables.
  func loadAll(_ connection: Connection) throws {
    let reader = ChunkReader(store)
    let total = tables.reduce(0) { $0 + $1.list.byteCount }
    var done = 0
    defer { progress.finish("restore rows") }
    for table in tables where !table.list.chunks.isEmpty {
      try load(table, connection, reader, .newTables) { count in
        done += count
        progress.update("restore rows", done: done, total: total, unit: .bytes)
      }
    }
    try compareAll(connection)
  }
}
