// What a store holds in a few figures: for `stats`, for reports, and for programs.

/// Of sizes in bytes.
package struct StoreSummary: Codable, Sendable {
  package var checkpointCount = 0
  /// Uncompressed contents.
  package var logicalBytes = 0
  /// What copies that share nothing would take, compressed as the store is.
  package var fullBytes = 0
  package var storedBytes = 0
  /// Of those, what several checkpoints need.
  package var sharedBytes = 0
  /// Chunks that no checkpoint needs, without those in the trash.
  package var unneededBytes = 0
  package var trashBytes = 0
  /// Of archives: how many checkpoints have one, and what they take besides.
  package var archivedCount = 0
  package var archiveBytes = 0
  /// On the disk of the store, now; nil in a report of another moment.
  package var freeBytes: Int?
  /// Stored in a day of the last weeks.
  package var bytesPerDay = 0
  /// Until the disk is full if it goes on like that; nil if nothing was stored lately.
  package var daysUntilFull: Int?
  /// By the name of the kind.
  package var kinds: [String: StoreStatistics.Usage] = [:]
  /// By the name of the data source.
  package var sources: [String: StoreStatistics.Usage] = [:]
  /// Oldest first, without gaps, up to now.
  package var weeks: [StoreStatistics.Week] = []

  package init() {}

  package init(_ statistics: StoreStatistics, freeBytes: Int?) {
    checkpointCount = statistics.total.checkpoints
    (logicalBytes, fullBytes) = (statistics.total.logicalBytes, statistics.total.fullBytes)
    (storedBytes, sharedBytes) = (statistics.storedBytes, statistics.sharedBytes)
    (unneededBytes, trashBytes) = (statistics.unneededBytes, statistics.trashBytes)
    (archivedCount, archiveBytes) = (statistics.archivedCount, statistics.archiveBytes)
    kinds = Dictionary(uniqueKeysWithValues: statistics.classes.map { ($0.key.rawValue, $0.value) })
    (sources, weeks) = (statistics.sources, statistics.weeks)
    self.freeBytes = freeBytes
    let last = weeks.suffix(Self.weeks)
    bytesPerDay = last.reduce(0) { $0 + $1.storedBytes } / (Self.weeks * 7)
    if let freeBytes, bytesPerDay > 0 { daysUntilFull = freeBytes / bytesPerDay }
  }

  /// The weeks whose average is the rate of growth.
  private static let weeks = 4
}
