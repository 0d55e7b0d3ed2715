// A table on one side of a comparison. Partitions whose rows may be in other partitions after a restore are compared as one
// table.

import ChunkStore

struct ComparedTable {
  var table: DatabaseDocument.Table
  var list: ChunkList
  var members: [TableName]

  func isMeant(by pattern: String) -> Bool {
    members.contains { NamePattern.matches(pattern, table: $0.name, in: $0.schema) }
  }
}
