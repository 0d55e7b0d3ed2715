// Copies the rows of many tables through several connections that share one snapshot. Large tables are read in ranges of
// blocks, small ones many at a time. Each worker is one thread with one connection, one chunker and one compressor, and
// takes the next largest piece of work when it has finished one.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Postgres
import Synchronization

struct RowDump: Sendable {
  private struct Job: Sendable {
    enum Part: Sendable {
      /// A range of a table, which is given by its index; without blocks the whole table. The last range has no upper bound.
      case range(Int, blocks: Range<Int>?, table: Int)
      /// Whole small tables in one chunk.
      case bundle([Int])
    }

    var part: Part
    var byteCount: Int
  }

  let source: PostgreSQLSource
  let snapshotID: String
  let encoding: String
  let supportsRanges: Bool
  let tables: [CatalogTable]
  let session: ChunkSession
  let progress: any ProgressReporter

  private final class Shared: Sendable {
    let jobs: WorkQueue<Job>
    let done = Atomic<Int>(0)
    let lists: Mutex<[[Int: [ChunkReference]]]>

    init(_ jobs: [Job], tableCount: Int) {
      self.jobs = WorkQueue(jobs)
      lists = Mutex(Array(repeating: [:], count: tableCount))
    }
  }

  /// The chunks of each table, in the order of `tables`.
  func run() throws -> [ChunkList] {
    let jobs = plan()
    let shared = Shared(jobs, tableCount: tables.count)
    let supply = ConnectionSupply { try source.connect() }
    let total = jobs.reduce(0) { $0 + $1.byteCount }
    let workers = min(source.limits.jobs, jobs.count)
    defer { progress.finish("rows") }
    if workers > 0 {
      try Threads.concurrently(
        (0..<workers).map { _ in
          { @Sendable in
            do { try work(shared, supply, total) } catch {
              shared.jobs.stop()
              throw error
            }
          }
        })
    }
    return shared.lists.withLock { lists in
      lists.map { ranges in ChunkList(ranges.sorted { $0.key < $1.key }.flatMap(\.value)) }
    }
  }

  /// Tables up to this size, with their TOAST, share a chunk with others.
  private static let bundledBytes = 64 << 10
  /// The size at which a bundle ends at the latest.
  private static let bundleBytes = 1 << 20

  /// Largest first, so that at the end no worker is still busy with a large one while the others are idle.
  private func plan() -> [Job] {
    var jobs: [Job] = []
    var bundle = Job(part: .bundle([]), byteCount: 0)
    for (index, table) in tables.enumerated() {
      if table.byteCount <= Self.bundledBytes {
        guard case .bundle(let indexes) = bundle.part else { continue }
        bundle = Job(part: .bundle(indexes + [index]), byteCount: bundle.byteCount + table.byteCount)
        // Names decide where bundles end, so that an added or removed table does not move every later one into another
        // bundle.
        let endsHere = ContentHash.of(table.name.display) % 64 == 0
        if endsHere || bundle.byteCount >= Self.bundleBytes {
          jobs.append(bundle)
          bundle = Job(part: .bundle([]), byteCount: 0)
        }
        continue
      }
      let ranges = BlockRanges.split(
        heapByteCount: table.heapByteCount, byteCount: table.byteCount,
        supportsRanges: supportsRanges && table.isPlannable)
      for (number, range) in ranges.enumerated() {
        jobs.append(
          Job(part: .range(number, blocks: range.blocks, table: index), byteCount: range.byteCount))
      }
    }
    if case .bundle(let indexes) = bundle.part, !indexes.isEmpty { jobs.append(bundle) }
    return jobs.sorted { $0.byteCount > $1.byteCount }
  }

  private func work(_ shared: Shared, _ supply: ConnectionSupply, _ total: Int) throws {
    guard let connection = try supply.spare() else { return }
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try connection.execute("SET TRANSACTION SNAPSHOT \(snapshotID.asLiteral)")
    try connection.widenInputBuffer()
    let encoder = ChunkEncoder()
    var chunks: [ChunkReference] = []
    var blocks: Range<Int>?
    let chunker = RowChunker { bytes, rows in
      let id = try session.write(bytes, with: encoder)
      chunks.append(ChunkReference(id: id, byteCount: bytes.count, fingerprint: rows, blocks: blocks))
      try Interruption.check()
    }
    let bundle = ChunkBundle { try session.write($0, with: encoder) }
    while let job = shared.jobs.next() {
      switch job.part {
      case .range(let number, let range, let table):
        (chunks, blocks) = ([], range)
        try lock([table], connection)
        let origin = self.origin(of: table, blocks: range)
        try withSearchPath(for: [table], connection) {
          try connection.copyOut(statement(origin)) { try chunker.append(row: $0) }
        }
        try chunker.finish()
        shared.lists.withLock { $0[table][number] = chunks }
      case .bundle(let indexes):
        try lock(indexes, connection)
        let statements = indexes.map { statement(origin(of: $0, blocks: nil)) }
        try withSearchPath(for: indexes, connection) {
          try connection.copyOut(
            all: statements, { _, row in bundle.append(row: row) }, completed: { _ in bundle.endStream() })
        }
        let lists = try bundle.finish()
        shared.lists.withLock { all in
          for (index, list) in zip(indexes, lists) { all[index][0] = list.chunks }
        }
        try Interruption.check()
      }
      let done = shared.done.add(job.byteCount, ordering: .relaxed).newValue
      progress.update("rows", done: done, total: total, unit: .bytes)
    }
    try connection.execute("COMMIT")
  }

  /// Before version 18, COPY reads a materialized view only by a query; a range of blocks without bounds gives one.
  private func origin(of table: Int, blocks: Range<Int>?) -> String {
    BlockRanges.origin(
      of: tables[table].name, tables[table].columns, blocks: blocks,
      isQuery: tables[table].isView)
  }

  /// A view can be read only by a query, which may need the session's usual path if the view's indexes call functions.
  private func withSearchPath(for indexes: [Int], _ connection: Connection, _ body: () throws -> Void) throws
  {
    let needsPath = indexes.contains { tables[$0].isView && !tables[$0].isPlannable }
    if needsPath { try connection.setSearchPath(connection.standardPath()) }
    try body()
    if needsPath { try connection.setSearchPath("pg_catalog") }
  }

  private func statement(_ origin: String) -> String {
    "COPY \(origin) TO STDOUT WITH (ENCODING \(encoding.asLiteral))"
  }

  /// The leader already holds these locks. If another session waits for an exclusive lock, we would wait for it while it
  /// waits for the leader, which the server does not detect as a deadlock.
  private func lock(_ indexes: [Int], _ connection: Connection) throws {
    let names = indexes.filter { !tables[$0].isView }.map { "ONLY \(tables[$0].name.quoted)" }
      .joined(separator: ", ")
    if names.isEmpty { return }
    do { try connection.execute("LOCK TABLE \(names) IN ACCESS SHARE MODE NOWAIT") } catch {
      guard error.isLockTimeout else { throw error }
      throw DatabaseProblem.locked(
        seconds: 0, holders: try DatabaseCatalog.lockHolders(source.connect()))
    }
  }
}
