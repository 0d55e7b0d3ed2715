// The chunks of a stream one after another, each read, unpacked and hashed on another thread while the one before it is
// used.

import FileSystem

package enum ChunkPrefetch {
  /// - Parameter body: gets each piece with its bytes, which are valid only inside it, on the calling thread.
  package static func forEach(
    _ list: ChunkList, in store: Store, _ body: (ChunkReference, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // A thread costs more than one chunk saves.
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
