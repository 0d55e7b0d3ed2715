// Indexes of partitions are attached to their parents' one after the other. pg_restore's jobs would attach several at a
// time: each locks its way up to the root, so they meet in deadlocks; and of two that complete an index together, neither
// sees the other, so it stays invalid and no foreign key can refer to it.

extension ArchiveContents {
  /// Makes every attachment wait for the one before. The entries' order is one in which they can be restored, so no
  /// entry comes to wait for itself.
  package mutating func attachInTurn() {
    var last: Int?
    for index in entries.indices where entries[index].kind == "INDEX ATTACH" {
      if let last { entries[index].dependencies.append(last) }
      last = entries[index].dumpID
    }
  }
}
