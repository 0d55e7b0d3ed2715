// A file, link or directory of a recorded working tree. Its bytes are read when they are asked for.

import FileSystem

package struct RecordedFile {
  package enum Kind {
    case file(byteCount: Int)
    case link(target: [UInt8])
    case directory
  }

  package var path: BytePath
  package var kind: Kind
  package var permissions: UInt32
  /// Gives a file's bytes.
  package var read: (_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  package init(
    path: BytePath, kind: Kind, permissions: UInt32,
    read: @escaping (_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) {
    (self.path, self.kind, self.permissions, self.read) = (path, kind, permissions, read)
  }
}
