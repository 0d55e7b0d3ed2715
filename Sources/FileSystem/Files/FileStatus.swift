// What the file system reports about a file (stat).

import Glibc

package struct FileStatus: Sendable, Equatable {
  package enum Kind: Sendable { case regular, directory, symbolicLink, other }

  package var kind: Kind
  /// Permission bits, 0o7777 at most.
  package var permissions: UInt32
  package var owner: uid_t
  package var group: gid_t
  package var byteCount: Int
  package var device: UInt64
  package var inode: UInt64
  package var modified: timespec
  package var changed: timespec

  init(_ raw: stat) {
    kind = Self.kind(ofMode: raw.st_mode)
    permissions = UInt32(raw.st_mode & 0o7777)
    owner = raw.st_uid
    group = raw.st_gid
    byteCount = Int(raw.st_size)
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    modified = raw.st_mtim
    changed = raw.st_ctim
  }

  static func kind(ofMode mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    default: .other
    }
  }

  /// When contents, name or mode last changed (`st_ctim`).
  package var changedAt: Timestamp {
    Timestamp(millisecondsSinceEpoch: Int(changed.tv_sec) * 1000 + Int(changed.tv_nsec) / 1_000_000)
  }

  package var isExecutable: Bool { permissions & 0o100 != 0 }

  package static func == (left: FileStatus, right: FileStatus) -> Bool {
    left.kind == right.kind && left.permissions == right.permissions && left.byteCount == right.byteCount
      && left.device == right.device && left.inode == right.inode
      && left.modified.tv_sec == right.modified.tv_sec && left.modified.tv_nsec == right.modified.tv_nsec
      && left.changed.tv_sec == right.changed.tv_sec && left.changed.tv_nsec == right.changed.tv_nsec
  }
}
