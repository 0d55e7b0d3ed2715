// Whether an archive is whole, and is the one that was written.

import ChunkStore
import FileSystem

struct ArchiveCheck {
  private let store: Store

  init(_ store: Store) { self.store = store }

  /// - Throws: `ArchivingProblem`.
  func check(_ manifest: Manifest, _ note: ArchiveNote) throws {
    let path = ArchivePlace.path(of: manifest.id, in: store)
    guard try ArchivePlace.isThere(note, of: manifest.id, in: store) else {
      throw ArchivingProblem.missing(manifest.id, path)
    }
    let found = try ArchiveReader(path: path, id: manifest.id).read()
    guard found.sha256 == note.sha256 else {
      throw ArchivingProblem.damaged(path, "its SHA-256 is not the one that was noted")
    }
    let reader = ChunkReader(store)
    for record in manifest.sources {
      guard let id = record.document else { continue }
      let document: SourceDocument
      // What is wrong with a document is reported as such.
      do { document = try reader.document(SourceDocument.self, id) } catch { continue }
      guard let lists = try? StreamLists(document.list, reader) else { continue }
      if let chunk = lists.chunks.first(where: { !found.chunks.contains($0) }) {
        throw ArchivingProblem.damaged(path, "the chunk \(chunk) is not in it")
      }
    }
  }
}
