// The name of a git object: its SHA-1.

import CGit
import FileSystem

package struct ObjectID: Hashable, Sendable {
  package let bytes: [UInt8]

  init(_ raw: git_oid) { bytes = withUnsafeBytes(of: raw.id) { Array($0) } }

  /// nil unless there are 20 bytes.
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

  /// The blob of an empty file.
  static let emptyBlobText = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
  package static let emptyBlob = ObjectID(emptyBlobText)

  /// The first eight digits, for messages.
  package var short: String { bytes.prefix(4).hexadecimal }
}

extension ObjectID: TextCodable {
  package var description: String { bytes.hexadecimal }
}
