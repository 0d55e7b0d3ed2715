// The kinds of entries in a git tree.

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
