// A fixed list of work for several threads.

import Synchronization

/// Pieces of work that several threads take one after another.
package final class WorkQueue<Item: Sendable>: Sendable {
  private let items: [Item]
  private let taken = Atomic<Int>(0)

  package init(_ items: [Item]) { self.items = items }

  package var count: Int { items.count }

  /// nil when everything is taken, or `stop` was called.
  package func next() -> Item? {
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < items.count ? items[index] : nil
  }

  /// Leaves the rest undone: another thread failed.
  package func stop() { taken.store(items.count, ordering: .relaxed) }
}
