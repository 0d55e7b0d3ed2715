// All chunks that a checkpoint recorded, wherever they are: what a copy of it has to contain.

import ChunkStore

package enum RecordedChunks {
  /// Each once, in the order in which they are used: what is alike follows each other. Documents and lists are read.
  /// - Throws: `StoreError` if one of these is missing or damaged.
  package static func of(_ manifest: Manifest, _ catalog: Catalog, _ reader: ChunkReader) throws -> [ChunkID]
  {
    var (chunks, known): ([ChunkID], Set<ChunkID>) = ([], [])
    func add(_ id: ChunkID) { if known.insert(id).inserted { chunks.append(id) } }
    if let list = manifest.git.changedFiles?.list { add(list) }
    for record in try catalog.sources(of: manifest) {
      guard let id = record.document else { continue }
      add(id)
      let document = try reader.document(SourceDocument.self, id)
      guard let list = document.list else { continue }
      add(list)
      for chunk in try reader.list(list).chunks { add(chunk.id) }
    }
    return chunks
  }
}
