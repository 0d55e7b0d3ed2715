// A fixed list of work for several threads.

import Synchronization

/// Pieces of work, of which each thread takes the next.
package final class WorkQueue<Item: Sendable>: Sendable {
  private let items: [Item]
  private let taken = Atomic<Int>(0)

  package init(_ items: [Item]) { self.items = items }

  package var count: Int { items.count }

  /// nil if everything is taken, or `stop` was called.
  package func next() -> Item? {
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < items.count ? items[index] : nil
  }

  /// Drops the rest, because a thread has failed.
  package func stop() { taken.store(items.count, ordering: .relaxed) }
}
