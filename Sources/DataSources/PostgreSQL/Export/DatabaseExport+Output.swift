// Writes an exported database to its destination: a new file or directory, which gets its name only when it is complete, or
// standard output.

import FileSystem
import Glibc

extension DatabaseExport {
  /// - Parameter path: nil for standard output.
  package func write(
    _ format: ExportFormat, to path: BytePath?, replacing: Bool, files: any FileOperations
  ) throws {
    guard let path else {
      let output = try OpenFile.standardOutput()
      try write(format, files) { try files.write($0, to: output) }
      return
    }
    let made = try NewFile(path, replaces: replacing, files: files) { names in
      format.isDirectory && names.allSatisfy(Self.isOutput)
    }
    defer { made.discard() }
    if format.isDirectory {
      try made.makeDirectory()
      if format == .csv {
        try CSVExport(export: self, files: files).write(into: made)
      } else {
        let archive = ArchiveExport(self, .directory)
        try archive.writeData(DirectoryTarget(archive.contents, made, files: files))
      }
    } else {
      let output = try made.makeFile()
      let head = try write(format, files) { try files.write($0, to: output) }
      if let head {
        lseek(output.descriptor, 0, SEEK_SET)
        try files.write(head, to: output)
      }
    }
    try made.publish()
  }

  /// Whether a name can be a file of an export: a directory with no others may be replaced.
  private static func isOutput(_ name: BytePath) -> Bool {
    [".csv", ".dat", ".dat.gz", ".toc", "toc.dat"].contains {
      name.bytes.suffix($0.utf8.count).elementsEqual($0.utf8)
    }
  }

  /// - Returns: bytes that replace the beginning of the file, if the output can be rewound.
  @discardableResult
  private func write(
    _ format: ExportFormat, _ files: any FileOperations, _ sink: @escaping ([UInt8]) throws -> Void
  ) throws -> [UInt8]? {
    if format == .custom {
      let archive = ArchiveExport(self, .custom)
      let target = try CustomTarget(archive.contents, sink)
      try archive.writeData(target)
      return target.located(archive.contents)
    }
    try ExportPipeline.run(store, .gzip, write: sink) { pipeline in
      try pipeline.stream(.gzip) {
        try ScriptExport(export: self).run(
          write: { try pipeline.write($0) }, rows: { try pipeline.write($0, as: $1) })
      }
    }
    return nil
  }
}
