// A small file of a checkpoint, together with the present contents of its path.

import FileSystem

package struct RecordedFileText: Sendable {
  /// The size limit in bytes; larger files are no configuration.
  package static let limit = 1 << 20

  package var path: BytePath
  package var recorded: [UInt8]
  /// nil if there is no such file now.
  package var present: [UInt8]?

  package init(path: BytePath, recorded: [UInt8], present: [UInt8]?) {
    self.path = path
    self.recorded = recorded
    self.present = present
  }
}
