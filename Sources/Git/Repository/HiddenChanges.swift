// Tracked files whose contents changed although their size and times say that they did not: every file is read.

import FileSystem

enum HiddenChanges {
  /// Git compares contents where it has no stat data to go by; an index of our own has none.
  /// - Returns: tracked files that differ from the index, those included that every status shows.
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
