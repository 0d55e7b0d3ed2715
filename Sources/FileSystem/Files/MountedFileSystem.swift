// The file system that a path is on, by the kernel's list of mounts (proc(5), mountinfo).

import Glibc

package enum MountedFileSystem {
  /// “ext4”, “nfs4”, “fuse.sshfs”; nil if the list cannot be read.
  /// - Parameter path: absolute, without links.
  package static func type(of path: BytePath) -> String? {
    guard let list = try? FileTree.readAll("/proc/self/mountinfo") else { return nil }
    var found: (depth: Int, type: String)?
    for line in list.split(separator: 0x0A) {
      let fields = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
      let place = BytePath(unescaped(fields[4]))
      let isAbove = place == "/" || path == place || path.isInside(place)
      // Of those mounted over each other, the last one counts.
      if isAbove && place.bytes.count >= found?.depth ?? 0 { found = (place.bytes.count, fields[dash + 1]) }
    }
    return found?.type
  }

  /// Space, tab, newline and backslash are written in octal.
  private static func unescaped(_ text: String) -> [UInt8] {
    var (out, rest) = ([UInt8](), Array(text.utf8)[...])
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        out.append(code)
        rest = rest.dropFirst(3)
      } else {
        out.append(byte)
      }
    }
    return out
  }
}
