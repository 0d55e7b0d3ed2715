// Two lists of chunks without the chunks that both have. The rest is divided into stretches, between which both sides are
// equal.

import ChunkStore
import Codecs

struct ChunkAlignment {
  struct Stretch {
    var before: ArraySlice<ChunkReference>
    var after: ArraySlice<ChunkReference>
  }

  private(set) var stretches: [Stretch] = []

  var before: [ChunkReference] { stretches.flatMap(\.before) }
  var after: [ChunkReference] { stretches.flatMap(\.after) }

  /// Chunks with the same rows, in any order, count as the same.
  private struct Content: Hashable {
    var byteCount: Int
    var fingerprint: RowFingerprint

    init(_ chunk: ChunkReference) { (byteCount, fingerprint) = (chunk.byteCount, chunk.fingerprint) }
  }

  /// - Parameter sharesChunks: false if equal bytes mean different rows.
  init(_ old: ChunkList, _ new: ChunkList, sharesChunks: Bool) {
    guard sharesChunks else {
      stretches = [Stretch(before: old.chunks[...], after: new.chunks[...])]
      return
    }
    // The chunk of the other side that each is equal to, the first that is still free.
    var places: [Content: ArraySlice<Int>] = [:]
    for (index, chunk) in new.chunks.enumerated() { places[Content(chunk), default: []].append(index) }
    let partners = old.chunks.map { places[Content($0)]?.popFirst() }
    let taken = Set(partners.compactMap { $0 })
    let left = new.chunks.indices.filter { !taken.contains($0) }
    var (waiting, rest, next): ([ChunkReference], ArraySlice<Int>, Int) = ([], left[...], 0)
    func close(before end: Int) {
      var others: [ChunkReference] = []
      while let first = rest.first, first < end {
        others.append(new.chunks[first])
        rest.removeFirst()
      }
      if !waiting.isEmpty || !others.isEmpty {
        stretches.append(Stretch(before: waiting[...], after: others[...]))
      }
      waiting = []
    }
    for (index, chunk) in old.chunks.enumerated() {
      guard let partner = partners[index] else {
        waiting.append(chunk)
        continue
      }
      // A chunk that is elsewhere on the other side separates no stretches.
      if partner < next { continue }
      next = partner
      close(before: partner)
    }
    close(before: .max)
  }
}
