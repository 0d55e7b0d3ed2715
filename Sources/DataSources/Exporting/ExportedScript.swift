// The script of an exported source.

/// A script of a known size, made while it is written.
package struct ExportedScript {
  package var byteCount: () throws -> Int
  package var write: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  package init(
    byteCount: @escaping () throws -> Int,
    write: @escaping (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) {
    self.byteCount = byteCount
    self.write = write
  }
}
