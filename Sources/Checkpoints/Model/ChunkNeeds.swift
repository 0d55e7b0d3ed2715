// Which chunks a checkpoint needs: its documents, their lists, the pieces of its sources, and copies that were added later. It
// is said here only. One whose contents are in an archive needs no pieces. Verification goes on when something cannot be read, and reports it; a collection never does.

import ChunkStore
import FileSystem

package struct ChunkNeeds {
  /// Why it is not known what a checkpoint needs.
  package enum Problem {
    case notes(UnreadableManifest)
    /// - Parameter error: a `StoreError` if the document or its list is missing or damaged.
    case document(SourceRecord, any Error)
  }

  private let catalog: Catalog
  private let reader: ChunkReader

  package init(_ catalog: Catalog) {
    self.catalog = catalog
    reader = ChunkReader(catalog.store)
  }

  /// - Parameters:
  ///   - acceptsDamaged: whether an archive counts even if damage was found: for who looks at the archive itself.
  ///   - isKnown: whether a document's chunks are known already, so that it need not be read again.
  ///   - noteArchive: gets the note of an archive that is there.
  ///   - examine: gets every document that is read, with its lists and their chunks.
  ///   - report: gets what cannot be read. If it throws, the search ends.
  package func chunks(
    of manifest: Manifest, acceptsDamaged: Bool = false, isKnown: (ChunkID) -> Bool = { _ in false },
    examine: (SourceRecord, SourceDocument, StreamLists, Set<ChunkID>) -> Void = { _, _, _, _ in },
    noteArchive: (ArchiveNote) -> Void = { _ in }, report: (Problem) throws -> Void
  ) rethrows -> Set<ChunkID> {
    var needed = Set([manifest.git.changedFiles?.list].compactMap { $0 })
    var (records, isArchived) = (manifest.sources, false)
    do {
      records = try catalog.sources(of: manifest)
      let notes = try catalog.notes(manifest.id)
      if let note = notes.archive, try ArchivePlace.isThere(note, of: manifest.id, in: catalog.store) {
        noteArchive(note)
        isArchived = acceptsDamaged || notes.damage == nil
      }
    } catch let error as UnreadableManifest {
      try report(.notes(error))
    } catch {
      try report(.notes(UnreadableManifest(path: catalog.path(of: manifest.id), reason: "\(error)")))
    }
    for record in records {
      guard let id = record.document else { continue }
      needed.insert(id)
      // Others that share the document need its pieces, so an archived one says nothing about it.
      if !isArchived && isKnown(id) { continue }
      do {
        let document = try reader.document(SourceDocument.self, id)
        if let list = document.list { needed.insert(list) }
        let lists = try StreamLists(document.list, reader)
        let chunks = lists.chunks
        if !isArchived { needed.formUnion(chunks) }
        examine(record, document, lists, chunks)
      } catch {
        try report(.document(record, error))
      }
    }
    return needed
  }
}
