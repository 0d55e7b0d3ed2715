// What all sources' documents have in common, so that a checkpoint can be verified without knowing its kinds of sources.

import ChunkStore
import FileSystem

package struct SourceDocument: Codable, Sendable {
  /// The chunk with the lists of all streams; nil if there are no streams.
  package var list: ChunkID?
  package var streams: [StreamRecord]

  package init(list: ChunkID?, streams: [StreamRecord]) { (self.list, self.streams) = (list, streams) }
}

extension SourceDocument: StoredDocument {
  package func check() throws { try streams.checkCounts() }
}
