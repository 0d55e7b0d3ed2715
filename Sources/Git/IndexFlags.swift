// What `git status` does not tell of tracked files: flags that hide them from it, and exact permissions.

import FileSystem

struct IndexFlags: Sendable {
  var assumeUnchanged: [BytePath] = []
  var skipWorktree: [BytePath] = []

  /// In `git ls-files -v`, a lower-case letter says assume-unchanged and S says skip-worktree.
  /// - Parameter visit: called with every tracked path.
  static func read(_ git: GitProgram, visit: (BytePath) -> Void = { _ in }) throws -> IndexFlags {
    var flags = IndexFlags()
    let output = try git.run(["ls-files", "-v", "-z"])
    for record in output.split(separator: 0) {
      guard let letter = record.first else { continue }
      let path = BytePath(record.dropFirst(2))
      visit(path)
      if letter >= UInt8(ascii: "a") { flags.assumeUnchanged.append(path) }
      if letter == UInt8(ascii: "S") || letter == UInt8(ascii: "s") { flags.skipWorktree.append(path) }
    }
    return flags
  }
}

/// Permissions of tracked files: what most of them have, and the exceptions.
struct TrackedModes: Sendable {
  private var regular: [UInt32: [BytePath]] = [:]
  private var executable: [UInt32: [BytePath]] = [:]

  mutating func add(_ path: BytePath, _ status: FileStatus) {
    guard status.kind == .regular else { return }
    if status.isExecutable {
      executable[status.permissions, default: []].append(path)
    } else {
      regular[status.permissions, default: []].append(path)
    }
  }

  func write(to metadata: inout StateMetadata) {
    func common(_ modes: [UInt32: [BytePath]]) -> UInt32? {
      modes.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    }
    metadata.commonMode = common(regular)
    metadata.commonExecutableMode = common(executable)
    for (modes, usual) in [(regular, metadata.commonMode), (executable, metadata.commonExecutableMode)] {
      for (mode, paths) in modes where mode != usual { for path in paths { metadata.modes[path] = mode } }
    }
  }
}
