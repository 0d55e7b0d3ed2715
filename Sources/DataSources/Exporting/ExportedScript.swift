// The script of an exported source, which is produced while it is written. Its size is known beforehand, because an archive
// has sizes before contents.

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
