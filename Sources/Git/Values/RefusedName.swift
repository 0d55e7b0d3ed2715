// Names that git does not allow in trees, because some file systems would read them as `.git` (path.c: is_ntfs_dotgit,
// is_hfs_dotgit): `.GIT`, `git~1`, `.git ` and the like. Files below them are kept outside of git.

import FileSystem

enum RefusedName {
  /// Characters that HFS+ ignores when it compares names (utf8.c: next_hfs_char).
  private static let invisible: Set<Unicode.Scalar> = Set(
    [0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF...0xFEFF].flatMap { range in
      range.compactMap { Unicode.Scalar($0) }
    })

  /// Whether a component of the path is such a name.
  static func isIn(_ path: BytePath) -> Bool {
    // On Windows, backslashes separate names, too.
    path.bytes.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }).contains(
      where: isRefused)
  }

  private static func isRefused(_ name: ArraySlice<UInt8>) -> Bool {
    // A quick answer for most names.
    guard name.contains(UInt8(ascii: ".")) || name.contains(UInt8(ascii: "~")) else { return false }
    var scalars = String(decoding: name, as: UTF8.self).lowercased().unicodeScalars.filter {
      !invisible.contains($0)
    }[...]
    // On NTFS, a colon begins the name of a stream of the same file.
    scalars = scalars.prefix { $0 != ":" }
    while let last = scalars.last, last == " " || last == "." { scalars = scalars.dropLast() }
    return [".git", "git~1"].contains(String(String.UnicodeScalarView(scalars)))
  }
}
