// The formats of an export. The text of each is what users write after `--format`, and the ending of the file.

package enum ExportFormat: String, CaseIterable, Sendable {
  case script = "sql.gz"
  case custom = "dump"
  /// The whole checkpoint (`ProjectExport`).
  case tar = "tar.gz"
  case directory = "dir"
  case csv

  package var isDirectory: Bool { self == .directory || self == .csv }
  /// Formats that are one file, written from its beginning to its end.
  package var canStream: Bool { self == .script || self == .custom }
}
