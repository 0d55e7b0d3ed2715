// Changes of the index, in the form that git reads.

import FileSystem

/// One record of the input of `git update-index --index-info`.
enum IndexLine {
  /// - Parameter entry: nil to remove the path.
  static func bytes(_ entry: TreeEntry?, stage: Int = 0, _ path: BytePath) -> [UInt8] {
    guard let entry else { return Array("0 \(String(repeating: "0", count: 40))\t".utf8) + path.bytes + [0] }
    return Array("\(entry.mode.octal) \(entry.id) \(stage)\t".utf8) + path.bytes + [0]
  }
}
