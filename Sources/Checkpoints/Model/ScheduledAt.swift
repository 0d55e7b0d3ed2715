// What the settings say about when a job runs.

package enum ScheduledAt: Sendable, Hashable {
  /// Nothing: its usual time.
  case usual
  case never
  case at(ScheduleTime)

  /// nil if the text is no time.
  package init?(_ text: String) {
    if ["off", "never", "no", "false"].contains(text.lowercased()) {
      self = .never
    } else {
      guard let time = ScheduleTime(text) else { return nil }
      self = .at(time)
    }
  }
}
