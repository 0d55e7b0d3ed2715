// The part of a manifest that is about one data source, or about the kept files.

import ChunkStore

package struct SourceRecord: Codable, Sendable {
  package var name: String
  package var type: String
  /// The chunk with the source's own document, which lists its streams (`SourceDocument`).
  package var document: ChunkID?
  /// “shop on localhost:5432”, never with a password.
  package var label: String
  /// How much there was: `tables`, `rows`, `files` …
  package var counts: [String: Int]
  /// Bytes that the source takes in its place, such as a database's size on its server.
  package var liveByteCount: Int
  package var streamByteCount: Int
  /// A rescue's database that was moved aside instead of copied.
  package var retained: RetainedDatabase?
  /// What could not be read, and why.
  package var unreadable: [String]?
  /// Risks that the catalogs showed for restoring it when it was taken.
  package var risks: [String]?

  /// The type of the record of kept files, which follow git. Every other record is a data source's.
  package static let typeOfKeptFiles = "files"

  package var isKeptFiles: Bool { type == Self.typeOfKeptFiles }

  package init(
    name: String, type: String, document: ChunkID?, label: String, counts: [String: Int], liveByteCount: Int,
    streamByteCount: Int, retained: RetainedDatabase? = nil
  ) {
    (self.name, self.type, self.document, self.label) = (name, type, document, label)
    (self.counts, self.liveByteCount, self.streamByteCount) = (counts, liveByteCount, streamByteCount)
    self.retained = retained
  }
}
