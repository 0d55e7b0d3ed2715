// A record of a data source, ready to be written in the formats of other tools. Nothing here needs a server.

import Checkpoints
import FileSystem

package protocol SourceExport {
  /// What refers to things that are not exported, and is therefore not either.
  var leftOut: [String] { get }
  var tableCount: Int { get }
  var rowCount: Int { get }
  /// - Parameter path: nil for standard output.
  func write(
    _ format: ExportFormat, to path: BytePath?, replacing: Bool, files: any FileOperations) throws
  /// As a script for an archive of the whole checkpoint: its size first, then its bytes.
  var script: ExportedScript { get }
}
