// The files of a directory, each with its identity. Names are packed into one buffer: there are tens of thousands of them,
// and the user waits for the list.

import FileSystem
import Glibc

struct DirectoryFiles: Sendable {
  struct File: Sendable {
    fileprivate var start: Int
    fileprivate var count: Int
    var identity: FileIdentity
  }

  private var names: [UInt8] = []
  /// In the byte order of their names.
  private(set) var files: [File] = []

  /// A directory that does not exist has no files.
  init(_ directory: BytePath) throws {
    let root: OpenFile
    do { root = try OpenFile.open(directory, flags: O_RDONLY | O_DIRECTORY) } catch {
      if error.isMissing { return }
      throw error
    }
    let opened = try OpenDirectory.open("", in: root)
    try opened.forEachEntry { name, kind in
      guard kind != .directory, let status = opened.status(name) else { return }
      let count = strlen(name)
      let identity = status.kind == .regular ? FileIdentity(status) : .unknown
      files.append(File(start: names.count, count: count, identity: identity))
      names.append(contentsOf: UnsafeRawBufferPointer(start: name, count: count))
    }
    names.withUnsafeBytes { names in
      files.sort { Self.order(Self.name(of: $0, names), Self.name(of: $1, names)) < 0 }
    }
  }

  private static func name(of file: File, _ names: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: names[file.start..<(file.start + file.count)])
  }

  func name(of file: File) -> [UInt8] { Array(names[file.start..<(file.start + file.count)]) }

  /// Compares the file's name with another: negative if it comes first, zero if they are the same.
  func order(_ file: File, _ other: [UInt8]) -> Int {
    names.withUnsafeBytes { names in other.withUnsafeBytes { Self.order(Self.name(of: file, names), $0) } }
  }

  private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let count = min(left.count, right.count)
    guard count > 0, let one = left.baseAddress, let other = right.baseAddress else {
      return left.count - right.count
    }
    let order = Int(memcmp(one, other, count))
    return order == 0 ? left.count - right.count : order
  }
}
