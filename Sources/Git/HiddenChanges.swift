// Tracked files whose contents changed although their size and times say that they did not: every file is read.

import FileSystem
import Glibc

enum HiddenChanges {
  /// Git compares contents where it has no stat data to go by; an index of our own has none.
  /// - Returns: tracked files that differ from the index, those included that every status shows.
  static func find(_ location: RepositoryLocation) throws -> [BytePath] {
    let index = location.gitDirectory.appending("checkpoint-paranoid-\(getpid())")
    defer { try? FileTree.remove(index) }
    func run(_ arguments: [BytePath], input: [UInt8] = []) throws -> [UInt8] {
      var process = location.git.subprocess(arguments)
      process.indexFile = index
      return try process.output(input: input)
    }
    let entries = try location.git.run(["ls-files", "-s", "-z"])
    _ = try run(["update-index", "-z", "--index-info"], input: entries)
    let status = try Status(
      parsing: run([
        "status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all",
      ]))
    return status.changes.filter { $0.differsInWorktree && !$0.isSubmodule }.map(\.path)
  }
}
