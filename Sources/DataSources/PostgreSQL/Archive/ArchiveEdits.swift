// What is changed of an archive's table of contents before pg_restore reads it. What is not in the table of contents is not
// looked at, so entries are left out by leaving them out there.

struct ArchiveEdits: Sendable {
  /// The only entries that are restored; nil for all.
  var only: Set<Int>?
  var omitted: Set<Int> = []
  /// Other definitions than the recorded ones, by the entry's number.
  var definitions: [Int: [UInt8]] = [:]
  /// Entries that go into the database's own tablespace, because theirs is gone.
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
