// Our line at the end of a hook file that belongs to the project, such as one of husky's. Removing it leaves the bytes that
// were there before.

import FileSystem
import Glibc

package struct HookLine: Sendable {
  private static let newline = UInt8(ascii: "\n")

  private let file: BytePath
  private let line: [UInt8]
  private let files: any FileOperations

  package init(_ file: BytePath, _ text: String, files: any FileOperations = SystemFileOperations()) {
    (self.file, self.files, line) = (file, files, Array(text.utf8))
  }

  package func add() throws {
    let status = try FileTree.status(file)
    let bytes = status == nil ? [] : try FileTree.readAll(file)
    if bytes.firstRange(of: line) != nil { return }
    // A last line without a line end is kept that way.
    let isOpen = bytes.last.map { $0 != Self.newline } ?? false
    try write(bytes + (isOpen ? [Self.newline] + line : line + [Self.newline]), status?.permissions ?? 0o755)
  }

  /// - Returns: false if the line is not there as it was written.
  package func remove() throws -> Bool {
    guard let status = try FileTree.status(file) else { return false }
    var bytes = try FileTree.readAll(file)
    guard var range = bytes.firstRange(of: line) else { return false }
    if range.upperBound < bytes.count && bytes[range.upperBound] == Self.newline {
      range = range.lowerBound..<(range.upperBound + 1)
    } else if range.lowerBound > 0 && bytes[range.lowerBound - 1] == Self.newline {
      range = (range.lowerBound - 1)..<range.upperBound
    }
    bytes.removeSubrange(range)
    if bytes.isEmpty { try FileTree.remove(file) } else { try write(bytes, status.permissions) }
    return true
  }

  private func write(_ bytes: [UInt8], _ permissions: UInt32) throws {
    // If the file is a link, its target is written.
    let target = FileTree.exists(file) ? try FileTree.canonical(file) : file
    try files.replaceFile(target, with: bytes)
    try FileTree.setPermissions(target, permissions & 0o7777)
  }
}
