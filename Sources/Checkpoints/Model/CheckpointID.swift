// Names of checkpoints. `id = <name>_<YYYYMMDD_HHMMSS>` in UTC, with `_2`, `_3` … for those that come in
// the same second. An id is also a git ref, a tag and a file name, so names use what all three allow.

import FileSystem
import FoundationEssentials

package struct InvalidName: Error, Sendable, CustomStringConvertible {
  package var name: String
  package var reason: String

  package var description: String { "“\(BytePath(name))” cannot name a checkpoint: \(reason)" }
}

package struct CheckpointName: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ text: String) throws(InvalidName) {
    func invalid(_ reason: String) -> InvalidName { InvalidName(name: text, reason: reason) }
    if text.isEmpty { throw invalid("it is empty") }
    if text.utf8.count > 100 { throw invalid("it is longer than 100 bytes") }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain else { throw invalid("only letters, digits, “-”, “_” and “.” are allowed") }
    if ["latest", "last-stable", "HEAD"].contains(text) {
      throw invalid("it means something else as a selector")
    }
    if text.hasPrefix("-") || text.hasPrefix(".") { throw invalid("it starts with “\(text.prefix(1))”") }
    if text.contains("..") { throw invalid("it contains “..”") }
    if text.hasSuffix(".") || text.hasSuffix(".lock") { throw invalid("git refuses refs that end so") }
    description = text
  }
}

package struct CheckpointID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let description: String
  /// What stands before the timestamp.
  package let name: String
  /// `YYYYMMDD_HHMMSS`
  package let timestamp: String
  /// 1 for the first of its second.
  package let number: Int

  package init(name: CheckpointName, at time: Timestamp, number: Int) {
    self.name = name.description
    timestamp = time.compact
    self.number = number
    description = "\(name)_\(timestamp)" + (number > 1 ? "_\(number)" : "")
  }

  /// nil for text that is no id.
  package init?(_ text: String) {
    var parts = text.split(separator: "_", omittingEmptySubsequences: false)
    func isDigits(_ part: Substring?, _ count: Int) -> Bool {
      part.map { $0.utf8.count == count && $0.utf8.allSatisfy { (48...57).contains($0) } } ?? false
    }
    var number = 1
    if let last = parts.last, last.utf8.count < 6, let value = Int(last), value > 1, parts.count > 3 {
      number = value
      parts.removeLast()
    }
    guard parts.count >= 3, isDigits(parts.last, 6), isDigits(parts[parts.count - 2], 8) else { return nil }
    timestamp = parts.suffix(2).joined(separator: "_")
    name = parts.dropLast(2).joined(separator: "_")
    self.number = number
    description = text
    let suffix = number > 1 ? "_\(number)" : ""
    guard (try? CheckpointName(name)) != nil, text == "\(name)_\(timestamp)\(suffix)" else { return nil }
  }

  package static func < (left: CheckpointID, right: CheckpointID) -> Bool {
    (left.timestamp, left.number, left.name) < (right.timestamp, right.number, right.name)
  }

  /// Everything that keeps the checkpoint's objects alive.
  package var refPrefix: String { "refs/checkpoints/\(self)/" }
  package var stateRef: String { refPrefix + "state" }
  package var headRef: String { refPrefix + "head" }
  package var tagRef: String { "refs/tags/\(tag)" }
  package var tag: String { "checkpoint/\(self)" }
}

extension CheckpointID: TextCodable {}
