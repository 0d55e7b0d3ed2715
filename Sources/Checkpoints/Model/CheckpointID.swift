// Identifies a checkpoint: `<name>_<YYYYMMDD_HHMMSS>` in UTC, with `_2`, `_3` … for further ones of the same second. Ids are
// also git refs, tags and file names.

import FileSystem

package struct CheckpointID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let description: String
  /// The part before the timestamp.
  package let name: String
  /// `YYYYMMDD_HHMMSS`
  package let timestamp: String
  /// 1 for the first checkpoint of its second.
  package let number: Int

  package init(name: CheckpointName, at time: Timestamp, number: Int) {
    self.name = name.description
    timestamp = time.compact
    self.number = number
    description = "\(name)_\(timestamp)" + (number > 1 ? "_\(number)" : "")
  }

  /// nil for text that is no id. It works on bytes, because thousands may be read.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    func isDigits(_ range: Range<Int>) -> Bool {
      range.lowerBound >= 0 && bytes[range].allSatisfy { (48...57).contains($0) }
    }
    func isStamp(endingAt end: Int) -> Bool {
      end > 16 && isDigits((end - 6)..<end) && isDigits((end - 15)..<(end - 7))
        && bytes[end - 7] == Self.separator && bytes[end - 16] == Self.separator
    }
    var (end, number) = (bytes.count, 1)
    if let last = bytes.lastIndex(of: Self.separator), (1..<6).contains(end - last - 1),
      isStamp(endingAt: last)
    {
      // The number must be written as we write it.
      guard isDigits((last + 1)..<end), bytes[last + 1] != UInt8(ascii: "0"),
        let value = Int(String(decoding: bytes[(last + 1)...], as: UTF8.self)), value > 1
      else { return nil }
      (end, number) = (last, value)
    }
    guard isStamp(endingAt: end) else { return nil }
    name = String(decoding: bytes[..<(end - 16)], as: UTF8.self)
    timestamp = String(decoding: bytes[(end - 15)..<end], as: UTF8.self)
    self.number = number
    description = text
    guard (try? CheckpointName(name)) != nil else { return nil }
  }

  private static let separator = UInt8(ascii: "_")

  package static func < (left: CheckpointID, right: CheckpointID) -> Bool {
    (left.timestamp, left.number, left.name) < (right.timestamp, right.number, right.name)
  }

  /// The directory of all refs of checkpoints.
  package static let refRoot = "refs/checkpoints/"

  /// The prefix of the refs that keep the checkpoint's objects alive.
  package var refPrefix: String { "\(Self.refRoot)\(self)/" }
  package var stateRef: String { refPrefix + "state" }
  package var headRef: String { refPrefix + "head" }
  /// Exists only while the checkpoint is being made.
  package var heldRef: String { refPrefix + "held" }
  /// Outside `refs/tags`, so that `git describe`, `push --follow-tags` and tools that derive a version from tags do not see
  /// it.
  package var tagRef: String { refPrefix + "tag" }
  /// The short name by which git finds it: `git checkout checkpoints/<id>/tag`.
  package var tag: String { "checkpoints/\(self)/tag" }
  package var publicTagRef: String { "refs/tags/\(publicTag)" }
  static let publicTagRoot = "refs/tags/checkpoint/"
  package var publicTag: String { "checkpoint/\(self)" }
}

extension CheckpointID: TextCodable {}
