// The input of `git update-index --index-info`.

import FileSystem

/// One record of what `git update-index --index-info` reads.
enum IndexLine {
  /// - Parameter entry: nil to remove the path.
  static func bytes(_ entry: TreeEntry?, stage: Int = 0, _ path: BytePath) -> [UInt8] {
    guard let entry else { return Array("0 \(String(repeating: "0", count: 40))\t".utf8) + path.bytes + [0] }
    return Array("\(entry.mode.octal) \(entry.id) \(stage)\t".utf8) + path.bytes + [0]
  }
}
