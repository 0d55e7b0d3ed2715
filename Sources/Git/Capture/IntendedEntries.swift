// Finds the index entries that are only an intent to add. Git's status reports some of them as something else: if the file is
// missing, as deleted, although HEAD has no such file; with a flag, not at all.

import FileSystem

enum IntendedEntries {
  /// - Parameters:
  ///   - empty: the index's entries of empty files, with their modes.
  ///   - headTree: HEAD's tree; nil before the first commit.
  static func find(
    _ empty: [BytePath: UInt32], _ status: Status, _ headTree: ObjectID?, _ database: ObjectDatabase
  ) throws -> [BytePath: UInt32] {
    if empty.isEmpty { return [:] }
    let changes = Dictionary(status.changes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let conflicts = Set(status.conflicts.map(\.path))
    return try empty.filter { path, _ in
      if let change = changes[path], change.isIntentToAdd || change.differsFromHead {
        return change.isIntentToAdd
      }
      if conflicts.contains(path) { return false }
      return try headTree.map { try database.entry(at: path, in: $0) } ?? nil == nil
    }
  }
}
