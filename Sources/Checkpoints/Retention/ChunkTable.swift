// Chunks with who needs them, by numbers: looking a chunk up by its name takes much longer than counting it, so several threads
// look up, and one counts.

import ChunkStore

struct ChunkTable {
  private(set) var sources: [String] = []
  var chunks: [UsedChunk] = []
  private var numbers: [ChunkID: Int] = [:]
  private var sourceNumbers: [String: Int] = [:]

  /// All chunks that are stored. None is needed yet.
  init(_ store: Store) throws {
    let sizes = try store.chunkSizes()
    numbers.reserveCapacity(sizes.count)
    chunks.reserveCapacity(sizes.count)
    for (id, byteCount) in sizes { _ = add(id, byteCount) }
  }

  private mutating func add(_ id: ChunkID, _ byteCount: Int) -> Int {
    if let known = numbers.updateValue(chunks.count, forKey: id) {
      // Under a name that belongs elsewhere in the store.
      numbers[id] = known
      return known
    }
    chunks.append(UsedChunk(byteCount))
    return chunks.count - 1
  }

  func number(of id: ChunkID) -> Int? { numbers[id] }

  /// For one that was stored, or went to the trash, since the table was made; one that is missing has no bytes.
  mutating func number(adding id: ChunkID, _ store: Store) throws -> Int {
    try numbers[id] ?? add(id, store.storedByteCount(id) ?? 0)
  }

  func isNeeded(_ id: ChunkID) -> Bool { numbers[id].map { chunks[$0].isNeeded } ?? false }

  mutating func number(ofSource name: String) -> Int {
    if let known = sourceNumbers[name] { return known }
    sources.append(name)
    sourceNumbers[name] = sources.count - 1
    return sources.count - 1
  }
}
