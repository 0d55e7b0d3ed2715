// The rows of many tables through several connections that share one snapshot. Large tables are read in
// ranges of blocks. Each worker is one thread with one connection, one chunker and one compressor, and
// takes the next largest piece of work when it is done with one.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Postgres
import Synchronization

struct RowDump: Sendable {
  private struct Job: Sendable {
    var table: Int
    var range: Int
    /// nil for a whole table; the last range of a table has no upper bound.
    var blocks: Range<Int>?
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
    let total = jobs.reduce(0) { $0 + $1.byteCount }
    let workers = min(source.limits.jobs, jobs.count)
    defer { progress.finish("rows") }
    if workers > 0 {
      try Threads.concurrently(
        (0..<workers).map { _ in
          { @Sendable in
            do { try work(shared, total) } catch {
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

  /// Largest first, so that no worker is left alone with a large one at the end.
  private func plan() -> [Job] {
    var jobs: [Job] = []
    for (index, table) in tables.enumerated() {
      let ranges = BlockRanges.split(
        heapByteCount: table.heapByteCount, byteCount: table.byteCount, supportsRanges: supportsRanges)
      for (number, range) in ranges.enumerated() {
        jobs.append(Job(table: index, range: number, blocks: range.blocks, byteCount: range.byteCount))
      }
    }
    return jobs.sorted { $0.byteCount > $1.byteCount }
  }

  private func work(_ shared: Shared, _ total: Int) throws {
    let connection = try source.connect()
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
    while let job = shared.jobs.next() {
      chunks = []
      blocks = job.blocks
      try copy(job, connection, chunker)
      shared.lists.withLock { $0[job.table][job.range] = chunks }
      let done = shared.done.add(job.byteCount, ordering: .relaxed).newValue
      progress.update("rows", done: done, total: total, unit: .bytes)
    }
    try connection.execute("COMMIT")
  }

  private func copy(_ job: Job, _ connection: Connection, _ chunker: RowChunker) throws {
    let table = tables[job.table]
    // The leader holds this lock already; behind somebody who queues for an exclusive one we would wait
    // for each other, and the server cannot see it.
    do { try connection.execute("LOCK TABLE ONLY \(table.name.quoted) IN ACCESS SHARE MODE NOWAIT") } catch {
      guard error.isLockTimeout else { throw error }
      throw DatabaseProblem.locked(
        seconds: 0, holders: try DatabaseCatalog.lockHolders(source.connect()))
    }
    let origin = BlockRanges.origin(of: table.name, table.columns, blocks: job.blocks)
    try connection.copyOut("COPY \(origin) TO STDOUT WITH (ENCODING \(encoding.asLiteral))") {
      try chunker.append(row: $0)
    }
    try chunker.finish()
  }
}
