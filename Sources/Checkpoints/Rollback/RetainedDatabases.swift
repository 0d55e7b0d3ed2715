// Databases that rollbacks moved aside. The newest stays, for an instant undo; older ones are copied into
// the store and then dropped, so that nothing is lost and the server does not fill up.

import ChunkStore
import FileSystem
import Git

package struct RetainedDatabases {
  private let store: Store
  private let sources: [any DataSource]

  package init(_ store: Store, sources: [any DataSource]) {
    (self.store, self.sources) = (store, sources)
  }

  package struct Entry: Sendable {
    package var rescue: Manifest
    package var record: SourceRecord
    package var database: RetainedDatabase
  }

  /// What is still kept aside, newest first.
  package func list() throws -> [Entry] {
    let catalog = Catalog(store)
    return try catalog.manifests().readable.reversed().flatMap { manifest -> [Entry] in
      guard manifest.kind == .rescue else { return [] }
      // Where the notes cannot be read nothing is released, and verify tells.
      guard let notes = try? catalog.notes(manifest.id), notes.isSpent != true else { return [] }
      return manifest.sources.compactMap { record in
        guard let retained = record.retained, notes.released?.contains(retained) != true else { return nil }
        return Entry(rescue: manifest, record: record, database: retained)
      }
    }
  }

  /// Copies and drops all but the newest of each source.
  /// - Returns: the names of databases that were dropped.
  package func settle(progress: any ProgressReporter) throws -> [String] {
    var settled: [String] = []
    for source in sources {
      for entry in try list().filter({ $0.record.name == source.name }).dropFirst() {
        let session = try ChunkSession(store, checksExisting: true)
        defer { session.abort() }
        guard let secured = try source.secure(entry.database, into: session, progress: progress) else {
          continue
        }
        try session.commit()
        let catalog = Catalog(store)
        try catalog.updateNotes(entry.rescue.id) { notes in
          notes.secured = (notes.secured ?? []).filter { $0.name != source.name } + [secured.record]
        }
        try secured.release()
        try catalog.updateNotes(entry.rescue.id) { $0.released = ($0.released ?? []) + [entry.database] }
        settled.append(entry.database.database)
      }
    }
    return settled
  }
}
