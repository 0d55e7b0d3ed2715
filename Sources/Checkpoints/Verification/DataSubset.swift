// One of several parts that all chunks are divided into, so that a large store can be verified one part at a time.

import ChunkStore

/// One of several parts that all chunks are divided into.
package struct DataSubset: Sendable, CustomStringConvertible {
  /// From 1 to `count`.
  package var number: Int
  package var count: Int

  package init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

  package var description: String { "\(number)/\(count)" }

  /// A chunk is always in the same part.
  func contains(_ chunk: ChunkID) -> Bool { chunk.leadingNumber % UInt(count) == UInt(number - 1) }
}
