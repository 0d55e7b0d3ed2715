// How a store's bytes are shared: what checkpoints hold, what they take, and what becomes free without one of them.

import ChunkStore
import FileSystem

package struct StoreStatistics: Sendable {
  /// Bytes of some checkpoints.
  package struct Usage: Sendable, Codable {
    package var checkpoints = 0
    /// Uncompressed contents.
    package var logicalBytes = 0
    /// What they would take if each had everything for itself.
    package var fullBytes = 0
    /// What becomes free without them.
    package var ownBytes = 0
  }

  /// A checkpoint with what becomes free without it.
  package struct Checkpoint: Sendable {
    package let id: CheckpointID
    package let retentionClass: RetentionClass
    package var usage = Usage()
  }

  /// What was stored in a week.
  package struct Week: Sendable, Codable {
    /// Its Monday.
    package let begins: Timestamp
    package var checkpoints = 0
    package var storedBytes = 0
  }

  /// Oldest first.
  package private(set) var checkpoints: [Checkpoint] = []
  package private(set) var classes: [RetentionClass: Usage] = [:]
  package private(set) var sources: [String: Usage] = [:]
  /// Oldest first, without gaps, up to now.
  package private(set) var weeks: [Week] = []
  package private(set) var total = Usage()
  /// Bytes of all chunks that are needed.
  package private(set) var storedBytes = 0
  /// Those that several checkpoints need.
  package private(set) var sharedBytes = 0
  /// Chunks that no checkpoint needs, in the trash or not.
  package private(set) var unneededBytes = 0
  package private(set) var trashBytes = 0
  /// The files with the contents of archived checkpoints.
  package private(set) var (archivedCount, archiveBytes) = (0, 0)
  /// Checkpoints that cannot be read, or not whole, and are counted as far as they can.
  package private(set) var problems: [String] = []

  /// - Parameter now: where the last week ends.
  package init(_ store: Store, now: Timestamp, progress: any ProgressReporter) throws {
    let catalog = Catalog(store)
    let (manifests, unreadable) = try catalog.manifests()
    problems = unreadable.map { "\($0)" }
    var table = try ChunkTable(store)
    defer { progress.finish("read checkpoints") }
    try Together.work(
      on: manifests,
      makeWorker: { [table] in
        let needs = ChunkNeeds(catalog)
        return { CheckpointChunks($0, needs, table) }
      },
      deliver: { index, reading in
        progress.update("read checkpoints", done: index, total: manifests.count, unit: .items)
        let manifest = manifests[index]
        problems += reading.problems
        var checkpoint = Checkpoint(id: manifest.id, retentionClass: RetentionClass(manifest))
        checkpoint.usage.checkpoints = 1
        checkpoint.usage.logicalBytes = manifest.sources.reduce(0) { $0 + $1.streamByteCount }
        for chunk in try reading.needed.numbers(in: &table, store) {
          table.chunks[chunk].use(by: index, checkpoint.retentionClass)
          checkpoint.usage.fullBytes += table.chunks[chunk].byteCount
        }
        for (number, record) in manifest.sources.enumerated() {
          var usage = sources[record.name, default: Usage()]
          usage.checkpoints += 1
          usage.logicalBytes += record.streamByteCount
          let source = table.number(ofSource: record.name)
          for chunk in try reading.ofSource[number]?.numbers(in: &table, store) ?? [] {
            usage.fullBytes += table.chunks[chunk].byteCount
            table.chunks[chunk].use(bySource: source)
          }
          sources[record.name] = usage
        }
        if let archive = reading.archive {
          archivedCount += 1
          archiveBytes += archive.byteCount
        }
        checkpoints.append(checkpoint)
      })
    sum(table)
    try countWeeks(manifests, now)
    for entry in try Trash(store).entries() where !table.isNeeded(entry.id) { trashBytes += entry.byteCount }
  }

  private mutating func sum(_ table: ChunkTable) {
    for chunk in table.chunks {
      if !chunk.isNeeded {
        unneededBytes += chunk.byteCount
        continue
      }
      storedBytes += chunk.byteCount
      if let owner = chunk.owner {
        checkpoints[owner].usage.ownBytes += chunk.byteCount
      } else {
        sharedBytes += chunk.byteCount
      }
      if let only = chunk.onlyClass { classes[only, default: Usage()].ownBytes += chunk.byteCount }
      if let only = chunk.onlySource {
        sources[table.sources[only], default: Usage()].ownBytes += chunk.byteCount
      }
    }
    for checkpoint in checkpoints {
      for path in [\Usage.checkpoints, \.logicalBytes, \.fullBytes] {
        classes[checkpoint.retentionClass, default: Usage()][keyPath: path] += checkpoint.usage[keyPath: path]
        total[keyPath: path] += checkpoint.usage[keyPath: path]
      }
    }
    total.ownBytes = storedBytes
  }

  private static let week = 7 * 86_400
  /// 1970-01-05 was a Monday.
  private static let monday = 4 * 86_400

  private mutating func countWeeks(_ manifests: [Manifest], _ now: Timestamp) throws {
    func number(_ time: Timestamp) -> Int { (time.secondsSinceEpoch - Self.monday) / Self.week }
    guard let first = manifests.first.map({ number($0.createdAt) }), first <= number(now) else { return }
    // Old ones are not shown.
    let start = max(first, number(now) - 51)
    weeks = (start...number(now)).map {
      Week(begins: Timestamp(millisecondsSinceEpoch: ($0 * Self.week + Self.monday) * 1000))
    }
    for manifest in manifests {
      let index = number(manifest.createdAt) - start
      guard weeks.indices.contains(index) else { continue }
      weeks[index].checkpoints += 1
      weeks[index].storedBytes += manifest.sizes.bytesStored
    }
  }
}
