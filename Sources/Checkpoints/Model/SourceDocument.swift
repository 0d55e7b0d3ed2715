// The part of a source's document that every source shares: its streams.

import ChunkStore
import Codecs
import FileSystem

/// One stream of a source: a table's rows, an archive, a file.
package struct StreamRecord: Codable, Sendable {
  package var name: BytePath
  /// Its part of the source's list of chunks.
  package var lines: ListLines
  package var byteCount: Int
  package var fingerprint: RowFingerprint?

  package init(name: BytePath, lines: ListLines, byteCount: Int, fingerprint: RowFingerprint? = nil) {
    (self.name, self.lines, self.byteCount, self.fingerprint) = (name, lines, byteCount, fingerprint)
  }
}

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

extension [StreamRecord] {
  /// Requires that rows can be added up.
  package func checkCounts() throws {
    var sum = 0
    for stream in self {
      sum += stream.fingerprint?.rowCount ?? 0
      if sum > 1 << 52 { throw ForeignValue("its counts of rows are too large") }
    }
  }
}
