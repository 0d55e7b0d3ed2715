// Reads the chunks of a stream in order: another thread reads, expands and hashes the next one while the current one is in
// use.

import FileSystem

package enum ChunkPrefetch {
  /// - Parameter body: called with each piece on the calling thread. The bytes are valid only during the call.
  package static func forEach(
    _ list: ChunkList, in store: Store, _ body: (ChunkReference, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // For a single chunk, a thread costs more than it saves.
    if list.chunks.count <= 1 {
      let reader = ChunkReader(store)
      for chunk in list.chunks { try reader.withPiece(chunk) { try body(chunk, $0) } }
      return
    }
    try withoutActuallyEscaping(body) { body in
      try OrderedWork<ChunkReference, [UInt8]>.run(
        workers: 1,
        makeWorker: {
          let reader = ChunkReader(store)
          return { chunk in try reader.withPiece(chunk) { Array($0) } }
        },
        deliver: { number, bytes in try bytes.withUnsafeBytes { try body(list.chunks[number], $0) } },
        giving: { work in for chunk in list.chunks { try work.submit(chunk) } })
    }
  }
}
