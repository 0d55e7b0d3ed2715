// Finds tracked files whose contents have changed although their sizes and times have not, by reading every file.

import FileSystem

enum HiddenChanges {
  /// Git compares contents if an index entry has no stat data, and the entries of a scratch index have none.
  /// - Returns: all tracked files that differ from the index, including those that `git status` shows.
  static func find(_ location: RepositoryLocation) throws -> [BytePath] {
    try ScratchIndex.use(in: location) { run in
      let entries = try location.git.run(["ls-files", "-s", "-z"])
      _ = try run(location.git, ["update-index", "-z", "--index-info"], entries)
      let output = try run(
        location.git,
        [
          "status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all",
        ], [])
      return try Status(parsing: output).changes.filter { $0.differsInWorktree && !$0.isSubmodule }.map(
        \.path)
    }
  }
}
