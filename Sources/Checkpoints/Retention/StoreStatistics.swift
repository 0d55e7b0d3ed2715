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
    let sizes = try store.chunkSizes()
    var chunks: [ChunkID: Chunk] = [:]
    defer { progress.finish("read checkpoints") }
    try Together.work(
      on: manifests,
      makeWorker: {
        let needs = ChunkNeeds(catalog)
        return { Reading($0, needs) }
      },
      deliver: { index, reading in
        progress.update("read checkpoints", done: index, total: manifests.count, unit: .items)
        let manifest = manifests[index]
        problems += reading.problems
        var checkpoint = Checkpoint(id: manifest.id, retentionClass: RetentionClass(manifest))
        checkpoint.usage.checkpoints = 1
        checkpoint.usage.logicalBytes = manifest.sources.reduce(0) { $0 + $1.streamByteCount }
        for id in reading.needed {
          var chunk = try chunks[id] ?? Chunk(sizes[id] ?? store.storedByteCount(id) ?? 0)
          chunk.use(by: index, checkpoint.retentionClass)
          chunks[id] = chunk
          checkpoint.usage.fullBytes += chunk.byteCount
        }
        for record in manifest.sources {
          var usage = sources[record.name, default: Usage()]
          usage.checkpoints += 1
          usage.logicalBytes += record.streamByteCount
          for id in reading.ofSource[record.name] ?? [] {
            usage.fullBytes += chunks[id]?.byteCount ?? 0
            chunks[id]?.use(bySource: record.name)
          }
          sources[record.name] = usage
        }
        checkpoints.append(checkpoint)
      })
    sum(chunks)
    try countWeeks(manifests, now)
    for manifest in manifests {
      guard let note = try? catalog.notes(manifest.id).archive,
        try ArchivePlace.isThere(note, of: manifest.id, in: store)
      else { continue }
      archivedCount += 1
      archiveBytes += note.byteCount
    }
    let trash = Trash(store)
    for entry in try trash.entries() where chunks[entry.id] == nil { trashBytes += entry.byteCount }
    for (id, byteCount) in sizes where chunks[id] == nil { unneededBytes += byteCount }
  }

  private mutating func sum(_ chunks: [ChunkID: Chunk]) {
    for chunk in chunks.values {
      storedBytes += chunk.byteCount
      if let owner = chunk.owner {
        checkpoints[owner].usage.ownBytes += chunk.byteCount
      } else {
        sharedBytes += chunk.byteCount
      }
      if let only = chunk.onlyClass { classes[only, default: Usage()].ownBytes += chunk.byteCount }
      if let only = chunk.onlySource { sources[only, default: Usage()].ownBytes += chunk.byteCount }
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

/// What a checkpoint needs.
private struct Reading: Sendable {
  private(set) var needed: Set<ChunkID> = []
  /// The chunks of each source; those of no source are git's list of changed files.
  private(set) var ofSource: [String: Set<ChunkID>] = [:]
  private(set) var problems: [String] = []

  init(_ manifest: Manifest, _ needs: ChunkNeeds) {
    var (ofSource, problems) = (ofSource, problems)
    needed = needs.chunks(
      of: manifest,
      examine: { record, document, lists in
        ofSource[record.name, default: []].formUnion(lists.chunks)
        if let id = record.document { ofSource[record.name, default: []].insert(id) }
      }, report: { problems.append("\(manifest.id): \(Self.text($0))") })
    // The pieces of archived ones are not in the store.
    self.ofSource = ofSource.mapValues { $0.intersection(needed) }
    self.problems = problems
  }

  private static func text(_ problem: ChunkNeeds.Problem) -> String {
    switch problem {
    case .notes(let error): "\(error)"
    case .document(let record, let error): "\(record.name): \(error)"
    }
  }
}

/// A chunk with who needs it.
private struct Chunk {
  let byteCount: Int
  /// The number of the only checkpoint; nil for several, or none yet.
  private(set) var owner: Int?
  private(set) var onlyClass: RetentionClass?
  private(set) var onlySource: String?
  private var (isShared, isOfSeveralSources) = (false, false)

  init(_ byteCount: Int) { self.byteCount = byteCount }

  mutating func use(by index: Int, _ retentionClass: RetentionClass) {
    if !isShared && owner == nil {
      (owner, onlyClass) = (index, retentionClass)
    } else {
      if owner != index { (owner, isShared) = (nil, true) }
      if onlyClass != retentionClass { onlyClass = nil }
    }
  }

  mutating func use(bySource name: String) {
    if onlySource == nil && !isOfSeveralSources {
      onlySource = name
    } else if onlySource != name {
      (onlySource, isOfSeveralSources) = (nil, true)
    }
  }
}
