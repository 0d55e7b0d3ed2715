// The error of a file that does not stay the same while it is read.

/// A file changed while it was read, each time.
package struct FileChanged: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var description: String { "\(path) keeps changing while it is read" }

  package init(path: BytePath) { self.path = path }
}
