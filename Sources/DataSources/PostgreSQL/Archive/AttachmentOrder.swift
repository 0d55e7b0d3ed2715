// Makes pg_restore attach indexes of partitions to their parents' one after the other. Its parallel jobs would attach
// several at a time: each locks all parents up to the root, so they run into deadlocks; and if two together complete an
// index, neither sees the other, so that the index stays invalid and no foreign key can refer to it.

extension ArchiveContents {
  /// Makes every attachment depend on the one before. Entries are in an order in which they can be restored, so this makes
  /// no circle.
  package mutating func attachInTurn() {
    var last: Int?
    for index in entries.indices where entries[index].kind == "INDEX ATTACH" {
      if let last { entries[index].dependencies.append(last) }
      last = entries[index].dumpID
    }
  }
}
