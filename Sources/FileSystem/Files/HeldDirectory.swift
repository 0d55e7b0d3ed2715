// A directory below another one, held open: what is moved into it lands there, whatever takes its name meanwhile.

import CLinux
import Glibc

extension OpenFile {
  /// Opens a directory below `root` that is reached through no link.
  /// - Throws: `ENOTDIR` if something else is on the way.
  package static func directory(_ path: BytePath, below root: BytePath) throws(SystemError) -> OpenFile {
    // Such a descriptor needs no right to list what is in there.
    var directory = try open(root, flags: shim_open_path | O_DIRECTORY)
    for name in path.components {
      let place = directory
      let descriptor = try name.withCString { name throws(SystemError) in
        try check("open", path) {
          openat(place.descriptor, name, shim_open_path | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
      }
      directory = OpenFile(adopting: descriptor, path: path)
    }
    return directory
  }
}

extension FileTree {
  /// False when a directory on the way from `root` to a path is a link, or missing: what lies behind it is not ours.
  package static func isReachable(_ path: BytePath, below root: BytePath) -> Bool {
    path.ancestors.allSatisfy { (try? status(root.appending($0)))??.kind == .directory }
  }
}
