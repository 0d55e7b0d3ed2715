// The chunk list of a source, read once, from which each stream takes its part.

import ChunkStore

package struct StreamLists: Sendable {
  private let id: ChunkID?
  private let all: ChunkList

  /// - Parameter id: the document's `list`.
  package init(_ id: ChunkID?, _ reader: ChunkReader) throws {
    self.id = id
    all = try id.map { try reader.list($0) } ?? ChunkList()
  }

  package init(_ all: ChunkList) { (id, self.all) = (nil, all) }

  /// Every chunk, including the list itself.
  package var chunks: Set<ChunkID> { Set(all.chunks.map(\.id)).union(id.map { [$0] } ?? []) }

  package func list(of stream: StreamRecord) throws -> ChunkList {
    guard let list = all[stream.lines] else { throw StoreError.listIncomplete("\(stream.name)") }
    return list
  }
}
