// Databases that rollbacks moved aside. The newest one stays, for an instant undo; older ones are copied into
// the store and then dropped, so that nothing is lost and the server does not fill up.

import ChunkStore
import FileSystem
import Git

package struct RetainedDatabases {
  private let store: Store
  private let sources: [any KeepsReplaced]
  private let catalog: Catalog

  package init(_ store: Store, sources: [any DataSource]) {
    (self.store, self.sources) = (store, sources.compactMap { $0 as? any KeepsReplaced })
    catalog = Catalog(store)
  }

  package struct Entry: Sendable {
    package var rescue: Manifest
    package var record: SourceRecord
    package var database: RetainedDatabase
    /// The seal that it had when it was copied into the store; nil if it was not copied.
    package var securedSeal: String?
  }

  /// What is still kept aside, newest first.
  package func list() throws -> [Entry] {
    let rescues = try Listing.read(store).entries.reversed().filter { $0.kind == .rescue }
    return rescues.compactMap { try? catalog.manifest($0.id) }.flatMap(entries)
  }

  /// What is still kept aside for one checkpoint.
  package func entries(of manifest: Manifest) -> [Entry] {
    guard manifest.kind == .rescue else { return [] }
    // If the notes cannot be read, nothing is released, and verify reports that.
    guard let notes = try? catalog.notes(manifest.id), notes.isSpent != true else { return [] }
    return manifest.sources.compactMap { record in
      guard let retained = record.retained, notes.released?.contains(retained) != true else { return nil }
      return Entry(
        rescue: manifest, record: record, database: retained, securedSeal: notes.securedSeals?[retained.oid])
    }
  }

  /// The entries of a source that belong to this store, newest first, grouped by database and working tree: each undo needs the
  /// newest one of its own.
  private func groups(of source: any KeepsReplaced) throws -> [[Entry]] {
    let own = try list().filter { entry in
      entry.record.name == source.name && (entry.database.store ?? store.root) == store.root
    }
    struct Place: Hashable { var live: String?, worktree: BytePath? }
    let groups = Dictionary(grouping: own) { Place(live: $0.database.live, worktree: $0.rescue.worktree) }
    return Array(groups.values)
  }

  /// Copies and drops all but the newest of each source.
  /// - Returns: the names of databases that were dropped.
  package func settle(progress: any ProgressReporter) throws -> [String] {
    var settled: [String] = []
    for source in sources {
      for entry in try groups(of: source).flatMap({ $0.dropFirst() }) {
        var entry = entry
        // Once more if it was opened since it was copied.
        for _ in 0..<2 {
          if entry.securedSeal == nil {
            guard let seal = try secure(entry, source, progress: progress) else { break }
            entry.securedSeal = seal
          }
          if let seal = entry.securedSeal, try source.release(entry.database, seal: seal) {
            try catalog.updateNotes(entry.rescue.id) { notes in
              notes.released = (notes.released ?? []) + [entry.database]
              notes.securedSeals?[entry.database.oid] = nil
            }
            settled.append(entry.database.database)
            break
          }
          entry.securedSeal = nil
        }
      }
    }
    return settled
  }

  /// Copies the newest of each source into the store, and leaves it where it is.
  package func secureNewest(progress: any ProgressReporter) throws {
    for source in sources {
      for entry in try groups(of: source).compactMap(\.first) where entry.securedSeal == nil {
        _ = try secure(entry, source, progress: progress)
      }
    }
  }

  /// - Returns: the seal; nil if the database is gone.
  private func secure(
    _ entry: Entry, _ source: any KeepsReplaced, progress: any ProgressReporter
  ) throws -> String? {
    let session = try ChunkSession(store, checksExisting: true)
    defer { session.end() }
    guard let secured = try source.secure(entry.database, into: session, progress: progress) else {
      return nil
    }
    try session.commit()
    try catalog.updateNotes(entry.rescue.id) { notes in
      notes.secured = (notes.secured ?? []).filter { $0.name != source.name } + [secured.record]
      notes.securedSeals = (notes.securedSeals ?? [:]).merging([entry.database.oid: secured.seal]) { $1 }
    }
    return secured.seal
  }
}
