// The name of a git object, and the entries of a tree.

import CGit
import FileSystem

package struct ObjectID: Hashable, Sendable {
  package let bytes: [UInt8]

  init(_ raw: git_oid) { bytes = withUnsafeBytes(of: raw.id) { Array($0) } }

  /// nil for anything but 20 bytes.
  package init?(bytes: [UInt8]) {
    if bytes.count != 20 { return nil }
    self.bytes = bytes
  }

  package init?(_ hexadecimal: some StringProtocol) {
    guard let bytes = [UInt8](hexadecimal: hexadecimal), bytes.count == 20 else { return nil }
    self.bytes = bytes
  }

  package func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

  var raw: git_oid {
    var raw = git_oid()
    withUnsafeMutableBytes(of: &raw.id) { $0.copyBytes(from: bytes) }
    return raw
  }

  /// The blob without bytes.
  static let emptyBlobText = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
  package static let emptyBlob = ObjectID(emptyBlobText)

  /// Enough to recognise it by.
  package var short: String { bytes.prefix(4).hexadecimal }
}

extension ObjectID: TextCodable {
  package var description: String { bytes.hexadecimal }
}

package enum FileMode: UInt32, Sendable {
  case directory = 0o040000
  case regular = 0o100644
  case executable = 0o100755
  case symbolicLink = 0o120000
  case submodule = 0o160000

  /// Old repositories hold 0100664, which means the same as 0100644.
  init?(tolerating raw: UInt32) {
    guard let mode = FileMode(rawValue: raw == 0o100664 ? 0o100644 : raw) else { return nil }
    self = mode
  }

  /// As git writes it: six octal digits.
  package var octal: String {
    let text = String(rawValue, radix: 8)
    return String(repeating: "0", count: 6 - text.count) + text
  }
}

package struct TreeEntry: Hashable, Sendable {
  package var mode: FileMode
  package var id: ObjectID

  package init(mode: FileMode, id: ObjectID) {
    self.mode = mode
    self.id = id
  }
}
