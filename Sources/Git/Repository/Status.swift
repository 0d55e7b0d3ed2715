// The output of `git status --porcelain=v2 -z`, parsed: HEAD, how the index differs from HEAD and the working tree from the
// index, and what git does not track. Format: git-status(1), “Porcelain Format Version 2”.

import FileSystem

package struct Status: Sendable {
  /// A tracked path that differs from HEAD in the index, or from the index in the working tree.
  package struct Change: Sendable {
    package var path: BytePath
    /// nil if the index has no entry for the path.
    package var index: TreeEntry?
    package var differsFromHead: Bool
    package var differsInWorktree: Bool
    package var isDeletedInWorktree: Bool
    /// Git does not always report it: see `IntendedEntries`.
    package var isIntentToAdd: Bool
    package var isSubmodule: Bool
  }

  package struct Conflict: Sendable {
    package var path: BytePath
    /// Stages 1 (base), 2 (ours) and 3 (theirs), as far as they exist.
    package var stages: [Int: TreeEntry]
  }

  /// nil before the first commit.
  package var head: ObjectID?
  /// nil if HEAD is detached.
  package var branch: String?
  package var changes: [Change] = []
  package var conflicts: [Conflict] = []
  /// Files, and repositories inside this one, with a slash at their end.
  package var untracked: [BytePath] = []
  /// Files, and whole directories with a slash at their end.
  package var ignored: [BytePath] = []

  /// - Parameter showsUntracked: whether untracked and ignored files are listed, too.
  package static func read(_ git: GitProgram, showsUntracked: Bool = true) throws -> Status {
    let others: [BytePath] =
      showsUntracked ? ["--untracked-files=all", "--ignored=matching"] : ["--untracked-files=no"]
    return try Status(
      parsing: git.run(
        ["status", "--porcelain=v2", "-z", "--branch"] + others + [
          "--no-renames", "--no-ahead-behind", "--ignore-submodules=none",
        ]))
  }

  /// Removes what is in our own places. Entries of the index for them stay.
  mutating func leaveOut(_ own: OwnPlaces) {
    untracked.removeAll { own.contains($0) }
    ignored.removeAll { own.contains($0) }
    for index in changes.indices where own.contains(changes[index].path) {
      changes[index].differsInWorktree = false
      changes[index].isDeletedInWorktree = false
    }
  }

  struct Malformed: Error, CustomStringConvertible {
    var record: BytePath
    var description: String { "cannot understand git's status: \(record)" }
  }

  init(parsing output: [UInt8]) throws {
    for record in output.split(separator: 0) {
      guard let kind = record.first else { continue }
      switch kind {
      case UInt8(ascii: "#"): header(record)
      case UInt8(ascii: "1"): changes.append(try Self.change(record))
      case UInt8(ascii: "u"): conflicts.append(try Self.conflict(record))
      case UInt8(ascii: "?"): untracked.append(BytePath(record.dropFirst(2)))
      case UInt8(ascii: "!"): ignored.append(BytePath(record.dropFirst(2)))
      default: throw Malformed(record: BytePath(record))
      }
    }
  }

  private mutating func header(_ record: ArraySlice<UInt8>) {
    let words = String(decoding: record, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return }
    switch words[1] {
    case "branch.oid": head = ObjectID(words[2])
    case "branch.head" where words[2] != "(detached)": branch = String(words[2])
    default: break
    }
  }

  /// `1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>`
  private static func change(_ record: ArraySlice<UInt8>) throws -> Change {
    let fields = record.split(separator: 0x20, maxSplits: 8)
    guard fields.count == 9, fields[1].count == 2, let x = fields[1].first, let y = fields[1].last else {
      throw Malformed(record: BytePath(record))
    }
    let entry = try Self.entry(mode: fields[4], id: fields[7], record)
    // If git reports a file as deleted from the index and still shows an entry, that entry is only an intent to add.
    let isIntended = entry != nil && x == UInt8(ascii: "D")
    return Change(
      path: BytePath(fields[8]), index: isIntended ? nil : entry, differsFromHead: x != UInt8(ascii: "."),
      differsInWorktree: y != UInt8(ascii: "."), isDeletedInWorktree: y == UInt8(ascii: "D"),
      isIntentToAdd: isIntended || entry == nil && y == UInt8(ascii: "A"),
      isSubmodule: fields[2].first == UInt8(ascii: "S")
    )
  }

  /// `u <XY> <sub> <m1> <m2> <m3> <mW> <h1> <h2> <h3> <path>`
  private static func conflict(_ record: ArraySlice<UInt8>) throws -> Conflict {
    let fields = record.split(separator: 0x20, maxSplits: 10)
    guard fields.count == 11 else { throw Malformed(record: BytePath(record)) }
    var stages: [Int: TreeEntry] = [:]
    for stage in 1...3 {
      stages[stage] = try entry(mode: fields[2 + stage], id: fields[6 + stage], record)
    }
    return Conflict(path: BytePath(fields[10]), stages: stages)
  }

  private static func entry(
    mode: ArraySlice<UInt8>, id: ArraySlice<UInt8>, _ record: ArraySlice<UInt8>
  ) throws -> TreeEntry? {
    guard let raw = UInt32(String(decoding: mode, as: UTF8.self), radix: 8),
      let id = ObjectID(String(decoding: id, as: UTF8.self))
    else { throw Malformed(record: BytePath(record)) }
    if raw == 0 { return nil }
    guard let mode = FileMode(tolerating: raw) else { throw Malformed(record: BytePath(record)) }
    return TreeEntry(mode: mode, id: id)
  }
}
