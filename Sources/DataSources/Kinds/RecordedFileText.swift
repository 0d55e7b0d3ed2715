// A small file of a checkpoint beside what is in its place now.

import FileSystem

package struct RecordedFileText: Sendable {
  /// In bytes. Larger files are no configuration.
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
