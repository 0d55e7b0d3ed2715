// What a source's document says of one stream: a table's rows, an archive, a file. Its chunks are listed in the one list that
// all streams of the source share.

import ChunkStore
import Codecs
import FileSystem

package struct StreamRecord: Codable, Sendable {
  package var name: BytePath
  /// Its part of the source's chunk list.
  package var lines: ListLines
  package var byteCount: Int
  package var fingerprint: RowFingerprint?

  package init(name: BytePath, lines: ListLines, byteCount: Int, fingerprint: RowFingerprint? = nil) {
    (self.name, self.lines, self.byteCount, self.fingerprint) = (name, lines, byteCount, fingerprint)
  }
}

extension [StreamRecord] {
  /// Refuses counts of rows whose sum would overflow.
  package func checkCounts() throws {
    var sum = 0
    for stream in self {
      sum += stream.fingerprint?.rowCount ?? 0
      if sum > 1 << 52 { throw ForeignValue("its counts of rows are too large") }
    }
  }
}
