// The part of a source's document that every source shares: its streams.

import ChunkStore
import FileSystem

/// What every source's document has in common, so that verification needs no source.
package struct SourceDocument: Codable, Sendable {
  /// The chunk with the lists of all streams; nil where there are none.
  package var list: ChunkID?
  package var streams: [StreamRecord]

  package init(list: ChunkID?, streams: [StreamRecord]) { (self.list, self.streams) = (list, streams) }
}

extension SourceDocument: StoredDocument {
  package func check() throws { try streams.checkCounts() }
}
