// Files and directories on which something is mounted (proc(5), mountinfo): they can be neither replaced nor removed.

package struct MountPoints: Sendable {
  private let paths: Set<BytePath>

  /// The mount points below a directory; none if the system does not list them.
  package static func below(_ directory: BytePath) -> MountPoints {
    let bytes = (try? FileTree.readAll("/proc/self/mountinfo")) ?? []
    let paths = bytes.split(separator: 0x0A).compactMap { line -> BytePath? in
      let fields = line.split(separator: 0x20, maxSplits: 5)
      guard fields.count > 4 else { return nil }
      let path = unescaped(fields[4])
      return path != directory && path.isInside(directory) ? path : nil
    }
    return MountPoints(paths: Set(paths))
  }

  /// - Parameter path: absolute and without links.
  package func contains(_ path: BytePath) -> Bool { !paths.isEmpty && paths.contains(path) }

  /// Spaces, tabs, newlines and backslashes are written as a backslash and three octal digits.
  static func unescaped(_ text: some Sequence<UInt8>) -> BytePath {
    var rest = Array(text)[...]
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return BytePath(bytes)
  }
}
