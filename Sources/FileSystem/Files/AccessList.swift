// POSIX access lists as the kernel stores them (include/uapi/linux/posix_acl_xattr.h): a version, then entries of eight
// bytes each. For a file that has one, the group bits of its mode are the list's mask.

import Glibc

package struct AccessList: Sendable {
  private enum Tag: UInt16 {
    case owner = 1
    case user = 2
    case owningGroup = 4
    case group = 8
    case mask = 16
    case other = 32
  }

  private var entries: [(tag: Tag, rights: UInt32)] = []

  /// nil if the bytes are not an access list.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4, bytes.count % 8 == 4, bytes[..<4].elementsEqual([2, 0, 0, 0]) else { return nil }
    for start in stride(from: 4, to: bytes.count, by: 8) {
      let number = UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
      guard let tag = Tag(rawValue: number) else { return nil }
      entries.append((tag, UInt32(bytes[start + 2] & 7)))
    }
  }

  private func rights(_ tag: Tag) -> UInt32 { entries.filter { $0.tag == tag }.reduce(0) { $0 | $1.rights } }

  private var mask: UInt32 { entries.contains { $0.tag == .mask } ? rights(.mask) : 7 }

  /// The owning group's rights after the mask.
  package var owningGroup: UInt32 { rights(.owningGroup) & mask }

  /// All rights, after the mask, that the owning group or any named group has.
  package var anyGroup: UInt32 { (rights(.owningGroup) | rights(.group)) & mask }
}

extension FileTree {
  /// Whether only the owner, and users whom an access list names individually, may do anything with a file. A file
  /// whose access list cannot be read counts as private.
  package static func isPrivate(_ path: BytePath, _ status: FileStatus) -> Bool {
    if status.permissions & 0o007 != 0 { return false }
    if status.permissions & 0o070 == 0 { return true }
    do {
      guard let bytes = try ExtendedAttributes.accessList(of: path) else { return false }
      return AccessList(bytes).map { $0.anyGroup == 0 } ?? true
    } catch {
      return true
    }
  }
}
