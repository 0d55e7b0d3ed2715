// A directory below another one, held open: a file that is moved into it lands in that directory, even if another process
// has given its name to something else.

import CLinux
import Glibc

extension OpenFile {
  /// Opens a directory below `root` without following links.
  /// - Throws: `ENOTDIR` if a component is not a directory.
  package static func directory(_ path: BytePath, below root: BytePath) throws(SystemError) -> OpenFile {
    // With O_PATH no right to list the directory is needed.
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
  /// False if a directory between `root` and the path is missing or is a link: what lies behind a link is not ours.
  package static func isReachable(_ path: BytePath, below root: BytePath) -> Bool {
    path.ancestors.allSatisfy { (try? status(root.appending($0)))??.kind == .directory }
  }
}
