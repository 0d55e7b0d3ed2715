// Changes to an archive's table of contents, made before pg_restore reads it. pg_restore ignores data whose entry is missing
// there, so removing an entry is enough to leave it out.

struct ArchiveEdits: Sendable {
  /// The only entries that are restored; nil for all.
  var only: Set<Int>?
  var omitted: Set<Int> = []
  /// Definitions that replace the recorded ones, by the entry's number.
  var definitions: [Int: [UInt8]] = [:]
  /// Entries that are restored into the database's default tablespace, because their own is gone.
  var misplaced: Set<Int> = []

  func apply(to contents: inout ArchiveContents) {
    contents.entries.removeAll { omitted.contains($0.dumpID) || only?.contains($0.dumpID) == false }
    for index in contents.entries.indices {
      if let definition = definitions[contents.entries[index].dumpID] {
        contents.entries[index].definition = definition
      }
      if misplaced.contains(contents.entries[index].dumpID) { contents.entries[index].tablespace = [] }
    }
  }
}
