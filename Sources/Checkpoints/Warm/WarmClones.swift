// Warm clones of a project's checkpoints: making them by the policy, finding those that are stale, dropping them.
// A checkpoint's notes name its clones. A clone is looked at on the server before it is used or dropped.

import ChunkStore
import FileSystem

package struct WarmClones {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case noDatabase(CheckpointID)
    /// - Parameter 1: the label of a source that cannot be cloned.
    case notClonable(CheckpointID, String)
    case part(CheckpointID, String)
    case notConfigured(String)
    case tooLarge(String, byteCount: Int, limit: Int)
    case noRoom(String, needed: Int, free: Int)

    package var description: String {
      switch self {
      case .noDatabase(let id): "\(id) holds no database"
      case .notClonable(let id, let label): "\(id) holds only what can have no warm clone: \(label)"
      case .part(let id, let label): "\(id) holds a part of \(label), which comes back into what is there"
      case .notConfigured(let name): "the database \(name) is not configured or found now"
      case .tooLarge(let name, let byteCount, let limit):
        "the database \(name) has \(byteCount) bytes, and warmSizeLimit is \(limit)"
      case .noRoom(let name, let needed, let free):
        "the database \(name) and warmFreeSpace need \(needed) bytes on the server's disk, where \(free) are free"
      }
    }
  }

  package struct Entry: Sendable {
    package var checkpoint: CheckpointID
    package var clone: WarmClone
    /// nil if the server cannot be asked.
    package var condition: WarmClone.Condition?
  }

  private let catalog: Catalog
  private let sources: [any DataSource]
  private let clock: any Clock
  private let progress: any ProgressReporter

  package init(
    _ store: Store, sources: [any DataSource], clock: any Clock, progress: any ProgressReporter
  ) {
    catalog = Catalog(store)
    (self.sources, self.clock, self.progress) = (sources, clock, progress)
  }

  private func source(_ name: String) -> (any Clonable)? {
    sources.first { $0.name == name } as? any Clonable
  }

  /// Every clone that notes name, oldest checkpoint first.
  package func list() throws -> [Entry] {
    try catalog.ids().flatMap { id -> [Entry] in
      let clones = (try? catalog.notes(id))?.warm ?? []
      return clones.map { clone in
        Entry(checkpoint: id, clone: clone, condition: try? source(clone.source)?.condition(of: clone))
      }
    }
  }

  /// Whether every database of a checkpoint has a usable clone.
  package func isWarm(_ manifest: Manifest) throws -> Bool {
    let clones = try catalog.notes(manifest.id).warm ?? []
    return try clonable(of: manifest).allSatisfy { record in
      guard let source = source(record.name) else { throw Problem.notConfigured(record.name) }
      return try clones.contains { try $0.source == record.name && source.condition(of: $0) == .intact }
    }
  }

  /// Records that a clone can be made of, including those of sources that are not configured now: their absence is an error.
  private func clonable(of manifest: Manifest) throws -> [SourceRecord] {
    try catalog.sources(of: manifest).filter { record in
      let source = sources.first { $0.name == record.name }
      return !record.isKeptFiles && record.document != nil && (source == nil || source is any Clonable)
    }
  }

  /// Whether a clone can be made of any part of a checkpoint.
  package func concern(_ manifest: Manifest) throws -> Bool { try !clonable(of: manifest).isEmpty }

  /// Makes those of a checkpoint's clones that are missing.
  /// - Parameter policy: nil to make them whatever their size.
  /// - Returns: the new ones.
  package func make(_ manifest: Manifest, within policy: WarmPolicy?, copyLimit: Int) throws -> [WarmClone] {
    let records = try clonable(of: manifest)
    if records.isEmpty {
      let labels = manifest.data.map(\.label).joined(separator: ", ")
      throw labels.isEmpty ? Problem.noDatabase(manifest.id) : .notClonable(manifest.id, labels)
    }
    let store = catalog.store
    var made: [WarmClone] = []
    for record in records {
      guard let source = source(record.name) else { throw Problem.notConfigured(record.name) }
      let clones = try catalog.notes(manifest.id).warm ?? []
      let old = clones.filter { $0.source == record.name }
      if try old.contains(where: { try source.condition(of: $0) == .intact }) { continue }
      for clone in old { try drop(clone, of: manifest.id, source) }
      if let policy { try requireRoom(record, source, policy) }
      let mayCopy = record.liveByteCount <= copyLimit
      let clone = try source.makeClone(of: record, in: store, mayCopy: mayCopy, progress: progress) { clone in
        var clone = clone
        clone.isAskedFor = policy == nil ? true : nil
        try catalog.updateNotes(manifest.id) { notes in
          notes.warm = (notes.warm ?? []).filter { $0.source != clone.source } + [clone]
        }
      }
      guard let clone else { throw Problem.part(manifest.id, record.label) }
      made.append(clone)
    }
    let isRestored = made.count == records.count && made.allSatisfy { $0.origin == .restored }
    let seconds = made.reduce(0) { $0 + $1.seconds }
    let remarks = made.contains { $0.remarks != nil } ? made.flatMap { $0.remarks ?? [] } : nil
    try catalog.updateNotes(manifest.id) { notes in
      notes.warmFailure = nil
      if isRestored { notes.proof = Proof(at: clock.now(), seconds: seconds, problems: [], remarks: remarks) }
    }
    return made
  }

  private func requireRoom(_ record: SourceRecord, _ source: any Clonable, _ policy: WarmPolicy) throws {
    if record.liveByteCount > policy.sizeLimit {
      throw Problem.tooLarge(record.name, byteCount: record.liveByteCount, limit: policy.sizeLimit)
    }
    let needed = record.liveByteCount + policy.freeSpace
    if let free = try source.freeBytes(), free < needed {
      throw Problem.noRoom(record.name, needed: needed, free: free)
    }
  }

  /// Drops the clones of a checkpoint.
  /// - Returns: the names of the databases, and of those that were left because they were opened since.
  @discardableResult
  package func drop(_ id: CheckpointID) throws -> (dropped: [String], left: [String]) {
    var (dropped, left): ([String], [String]) = ([], [])
    for clone in try catalog.notes(id).warm ?? [] {
      guard let source = source(clone.source) else { throw Problem.notConfigured(clone.source) }
      if try drop(clone, of: id, source) {
        dropped.append(clone.database)
      } else {
        left.append(clone.database)
      }
    }
    return (dropped, left)
  }

  /// - Returns: false if it is still there.
  @discardableResult
  private func drop(_ clone: WarmClone, of id: CheckpointID, _ source: any Clonable) throws -> Bool {
    let condition = try source.condition(of: clone)
    // A clone on another server may be wanted again when that server is configured again.
    if condition == .elsewhere { return false }
    // If it was opened, it may hold new work: it is no clone any more, and is left.
    let isLeft = condition == .changed && clone.seal != nil
    if !isLeft { try source.drop(clone) }
    try forget(clone, of: id)
    return !isLeft
  }

  private func forget(_ clone: WarmClone, of id: CheckpointID) throws {
    try catalog.updateNotes(id) { notes in
      let rest = (notes.warm ?? []).filter { $0.oid != clone.oid }
      notes.warm = rest.isEmpty ? nil : rest
    }
  }

  /// Removes clones from the notes that are gone from the server: dropped by hand, or live since a rollback.
  package func forgetGone() throws {
    for entry in try list() where entry.condition == .gone { try forget(entry.clone, of: entry.checkpoint) }
  }

  /// Drops clones that neither the policy nor the user wants any more, and forgets those that are gone from the server.
  /// - Parameter wanted: the checkpoints that keep theirs.
  package func dropStale(except wanted: [Manifest]) throws {
    let kept = Set(wanted.map(\.id))
    for entry in try list() {
      guard let source = source(entry.clone.source) else { continue }
      if entry.condition == .gone {
        try forget(entry.clone, of: entry.checkpoint)
      } else if !kept.contains(entry.checkpoint), entry.clone.isAskedFor != true, entry.condition != nil {
        try drop(entry.clone, of: entry.checkpoint, source)
      }
    }
  }

  /// Removes clones that dead processes left half made.
  package func dropAbandoned() throws {
    for case let source as any Clonable in sources { try source.dropAbandoned() }
  }
}
