// What `git status` does not tell of tracked files: flags that hide them from it, and exact permissions.
// It looks at every tracked file, so it works on git's output in place, without making a path of each.

import FileSystem

struct TrackedFiles: Sendable {
  var assumeUnchanged: [BytePath] = []
  var skipWorktree: [BytePath] = []
  /// The permissions that most files have, not executable and executable.
  var commonMode: UInt32?
  var commonExecutableMode: UInt32?
  /// Those of the others.
  var modes: [BytePath: UInt32] = [:]

  /// In `git ls-files -v`, a lower-case letter says assume-unchanged and S says skip-worktree.
  /// - Parameter worktree: where to look for the files' permissions; nil for the flags alone.
  static func read(_ git: GitProgram, permissionsIn worktree: OpenFile?) throws -> TrackedFiles {
    var tracked = TrackedFiles()
    var found: [(offset: Int, permissions: UInt32)] = []
    let output = try git.run(["ls-files", "-v", "-z"])
    var directories = worktree.map { DirectoryWalk(root: $0) }
    output.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      while let length = FileTree.nameLength(UnsafeBufferPointer(rebasing: bytes[start...])) {
        let letter = bytes[start]
        if letter != UInt8(ascii: "H") {
          let path = BytePath(bytes[(start + 2)..<(start + length)])
          if letter >= UInt8(ascii: "a") { tracked.assumeUnchanged.append(path) }
          if letter == UInt8(ascii: "S") || letter == UInt8(ascii: "s") { tracked.skipWorktree.append(path) }
        }
        if let permissions = directories?.permissions(base + start + 2, length: length - 2) {
          found.append((start + 2, permissions))
        }
        start += length + 1
      }
    }
    tracked.summarize(found, output)
    return tracked
  }

  private mutating func summarize(_ found: [(offset: Int, permissions: UInt32)], _ output: [UInt8]) {
    var counts: [UInt32: Int] = [:]
    for file in found { counts[file.permissions, default: 0] += 1 }
    func common(_ isExecutable: Bool) -> UInt32? {
      counts.filter { ($0.key & 0o100 != 0) == isExecutable }
        .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    commonMode = common(false)
    commonExecutableMode = common(true)
    for file in found where file.permissions != commonMode && file.permissions != commonExecutableMode {
      modes[BytePath(output[file.offset...].prefix { $0 != 0 })] = file.permissions
    }
  }
}
