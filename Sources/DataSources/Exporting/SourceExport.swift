// A record of a data source, prepared for export in the formats of other tools. No server is needed.

import FileSystem

package protocol SourceExport {
  /// What was left out because it refers to something that is not exported.
  var leftOut: [String] { get }
  var tableCount: Int { get }
  var rowCount: Int { get }
  /// - Parameter path: nil for standard output.
  func write(
    _ format: ExportFormat, to path: BytePath?, replacing: Bool, files: any FileOperations) throws
  /// The script for an archive of the whole checkpoint.
  var script: ExportedScript { get }
}
