// Looking at many files in the order of their paths. The directory of the last one stays open, so that the
// kernel walks one component for each file instead of the whole path.

import Glibc

package struct DirectoryWalk {
  private let root: OpenFile
  private var directory: OpenFile?
  private var prefix: [UInt8] = []

  package init(root: OpenFile) { self.root = root }

  /// The permissions of a regular file; nil for anything else.
  /// - Parameter path: ends with a zero byte, as in the output of programs that write `-z`.
  package mutating func permissions(_ path: UnsafePointer<UInt8>, length: Int) -> UInt32? {
    var name = length
    while name > 0 && path[name - 1] != UInt8(ascii: "/") { name -= 1 }
    let isSame = name == prefix.count && prefix.elementsEqual(UnsafeBufferPointer(start: path, count: name))
    if !isSame { enter(UnsafeBufferPointer(start: path, count: name)) }
    guard let descriptor = name == 0 ? root.descriptor : directory?.descriptor else { return nil }
    var raw = stat()
    let code = (path + name).withMemoryRebound(to: CChar.self, capacity: 1) {
      fstatat(descriptor, $0, &raw, AT_SYMLINK_NOFOLLOW)
    }
    return code == 0 && raw.st_mode & S_IFMT == S_IFREG ? UInt32(raw.st_mode & 0o7777) : nil
  }

  private mutating func enter(_ path: UnsafeBufferPointer<UInt8>) {
    prefix = Array(path)
    let name = BytePath(path)
    let descriptor = name.withCString {
      path.isEmpty ? -1 : openat(root.descriptor, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    directory = descriptor < 0 ? nil : OpenFile(adopting: descriptor, path: name)
  }
}
