// What an export wrote.

import FileSystem

package struct ExportOutcome {
  /// nil for standard output.
  package let path: BytePath?
  package let tableCount: Int
  package let rowCount: Int
  package let seconds: Double
  package let leftOut: [String]
  /// Files in it that git must not hold.
  package let keptFileCount: Int?
}
