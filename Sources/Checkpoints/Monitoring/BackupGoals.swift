// What is expected of a project's checkpoints. Durations are in seconds.

package struct BackupGoals: Sendable {
  package static let day = 86_400

  /// How old the newest checkpoint may be: the setting `rpo`, or 25 hours, which leaves a daily one an hour.
  package var age = 25 * 3600
  /// How old it may be before that is critical; otherwise it is a warning.
  package var criticalAge = 50 * 3600
  /// How long a restore may take: the setting `rto`; nil if it does not matter.
  package var restoreSeconds: Int?
  /// How long ago the last proof may be.
  package var proofAge = 31 * day
  /// The days for which the disk must last.
  package var diskDays = 7

  /// The longest age that can be set: ten years. Twice of it still is a number.
  package static let longest = 3650 * day

  package init() {}

  package mutating func set(age: Int) { (self.age, criticalAge) = (age, 2 * age) }

  package init(_ settings: Settings) throws {
    if let age = try settings[.rpo] { set(age: min(age, Self.longest)) }
    restoreSeconds = try settings[.rto]
  }
}
