// Some chunks, as far as they are in the table by number.

import ChunkStore

struct NumberedChunks: Sendable {
  private var known: [Int] = []
  private var others: [ChunkID] = []

  init(_ ids: Set<ChunkID>, _ table: ChunkTable) {
    known.reserveCapacity(ids.count)
    for id in ids { if let number = table.number(of: id) { known.append(number) } else { others.append(id) } }
  }

  func numbers(in table: inout ChunkTable, _ store: Store) throws -> [Int] {
    try known + others.map { try table.number(adding: $0, store) }
  }
}
