// How a store stands: what it holds, and how long its disk lasts.

import Checkpoints

package struct StoreStanding {
  package let statistics: StoreStatistics
  /// On the disk of the store.
  package let freeBytes: Int
  /// The one that was asked for.
  package let chosen: StoreStatistics.Checkpoint?

  private static let weeks = 4

  /// Bytes that were stored in a day of the last weeks.
  package var bytesPerDay: Int {
    statistics.weeks.suffix(Self.weeks).reduce(0) { $0 + $1.storedBytes } / (Self.weeks * 7)
  }

  /// Days until the disk is full if it goes on like that; nil if nothing was stored lately.
  package var daysUntilFull: Int? { bytesPerDay > 0 ? freeBytes / bytesPerDay : nil }
}
