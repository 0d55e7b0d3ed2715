// A tar archive that keeps a list of its files with their checksums, in the form that `md5sum --check` reads.

import Checkpoints
import Codecs
import FileSystem

final class SummedTar {
  private let tar: TarWriter
  private let modified: Int
  private let digest = MD5()
  private var sums: [UInt8] = []
  private var list: [UInt8] = []

  init(modified: Int, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    tar = try TarWriter(write)
    self.modified = modified
  }

  func addFile(
    _ path: BytePath, byteCount: Int, permissions: UInt32,
    _ body: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try Interruption.check()
    try tar.add(path.bytes, .file(byteCount: byteCount), permissions: permissions, modified: modified)
    let (tar, digest) = (tar, digest)
    try body { bytes in
      digest.update(bytes)
      try tar.write(bytes)
    }
    let (name, isEscaped) = Self.escaped(path)
    // A line with an escaped name begins with a backslash.
    sums += "\(isEscaped ? "\\" : "")\(digest.finish().hexadecimal)  ".utf8
    sums += name + [0x0A]
    list += name + [0x0A]
  }

  func add(_ path: BytePath, _ bytes: [UInt8]) throws {
    try addFile(path, byteCount: bytes.count, permissions: 0o600) { add in try bytes.withUnsafeBytes(add) }
  }

  func add(_ path: BytePath, _ file: RecordedFile) throws {
    switch file.kind {
    case .file(let byteCount):
      try addFile(path, byteCount: byteCount, permissions: file.permissions) { try file.read($0) }
    case .directory: try add(path, .directory, file.permissions)
    case .link(let target): try add(path, .link(target: target), file.permissions)
    }
  }

  private func add(_ path: BytePath, _ kind: TarWriter.Kind, _ permissions: UInt32) throws {
    try tar.add(path.bytes, kind, permissions: permissions, modified: modified)
    list += Self.escaped(path).name + [0x0A]
  }

  func addSums(_ directory: BytePath) throws {
    try add(directory.appending("file-list.txt"), list)
    try add(directory.appending("checksums.md5"), sums)
  }

  func finish() throws { try tar.finish() }

  /// Names that a line cannot contain, escaped as md5sum does it.
  private static func escaped(_ path: BytePath) -> (name: [UInt8], isEscaped: Bool) {
    let marks: [UInt8: UInt8] = [
      UInt8(ascii: "\\"): UInt8(ascii: "\\"), 0x0A: UInt8(ascii: "n"), 0x0D: UInt8(ascii: "r"),
    ]
    guard path.bytes.contains(where: { marks[$0] != nil }) else { return (path.bytes, false) }
    return (path.bytes.flatMap { byte in marks[byte].map { [UInt8(ascii: "\\"), $0] } ?? [byte] }, true)
  }
}
