// What a schedule can start.

package enum ScheduledJob: String, Codable, Sendable, CaseIterable, Hashable {
  case incremental, full, database
  /// Puts old checkpoints into archives and removes what the policies do not keep, of every class.
  case archive

  /// What it takes; nil if it takes none.
  package var kind: Kind? { Kind(rawValue: rawValue) }

  /// When it runs without a setting; nil for never.
  package var usualTime: String? {
    switch self {
    case .incremental: "daily 02:00"
    case .full: "weekly Sunday 01:00"
    case .database: nil
    case .archive: "monthly"
    }
  }
}
