// How long checkpoints of one class are kept. A checkpoint stays if at least one rule keeps it.

import FileSystem

package struct RetentionPolicy: Sendable, Hashable {
  package enum Rule: String, Codable, Sendable, CaseIterable {
    case keepAll, keepLast, keepWithin, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly
  }

  package var keepsAll = false
  package var last = 0
  /// Seconds.
  package var within = 0
  package var (hourly, daily, weekly, monthly, yearly) = (0, 0, 0, 0, 0)
  /// Whether the contents of what it does not keep go into an archive, instead of away.
  package var archives = false

  package init() {}

  /// What holds for a class without settings.
  package static func usual(_ retentionClass: RetentionClass) -> RetentionPolicy {
    var policy = RetentionPolicy()
    switch retentionClass {
    case .stage, .custom: policy.keepsAll = true
    case .full: (policy.within, policy.archives) = (180 * day, true)
    case .incremental: (policy.last, policy.within) = (10, 30 * day)
    case .hook: (policy.last, policy.within) = (200, 14 * day)
    case .database: (policy.last, policy.daily, policy.weekly, policy.monthly) = (10, 7, 4, 3)
    case .rescue: (policy.last, policy.within) = (1, 14 * day)
    }
    return policy
  }

  private static let day = 86_400

  /// Whether it keeps anything at all.
  package var isEmpty: Bool {
    var rules = self
    rules.archives = false
    return rules == RetentionPolicy()
  }

  // MARK: What it keeps

  /// - Parameters:
  ///   - times: of the checkpoints, newest first.
  ///   - now: `keepWithin` reaches back from here, or from the newest checkpoint if that is older.
  /// - Returns: for each of them the first rule that keeps it; nil for none.
  package func rules(for times: [Timestamp], now: Timestamp) -> [Rule?] {
    if keepsAll { return times.map { _ in .keepAll } }
    var found = times.indices.map { $0 < last ? Rule.keepLast : nil }
    func keep(_ index: Int, _ rule: Rule) { if found[index] == nil { found[index] = rule } }
    let reference = min(now, times.first ?? now).secondsSinceEpoch
    for (index, time) in times.enumerated() where within > 0 && reference - time.secondsSinceEpoch <= within {
      keep(index, .keepWithin)
    }
    for (rule, count, period) in periods {
      var (left, previous): (Int, String?) = (count, nil)
      for (index, time) in times.enumerated() where left > 0 {
        let name = period(time)
        if name == previous { continue }
        // The newest of each period.
        previous = name
        left -= 1
        keep(index, rule)
      }
    }
    return found
  }

  /// Periods of UTC, each with a name.
  private var periods: [(Rule, Int, (Timestamp) -> String)] {
    [
      (.keepHourly, hourly, { "\(Self.number(of: $0, 3600))" }),
      (.keepDaily, daily, { "\(Self.number(of: $0, Self.day))" }),
      // 1970-01-01 was a Thursday; weeks begin on Monday.
      (.keepWeekly, weekly, { "\((Self.number(of: $0, Self.day) + 3) / 7)" }),
      (.keepMonthly, monthly, { String($0.compact.prefix(6)) }),
      (.keepYearly, yearly, { String($0.compact.prefix(4)) }),
    ]
  }

  private static func number(of time: Timestamp, _ seconds: Int) -> Int { time.secondsSinceEpoch / seconds }
}

extension RetentionClass {
  package init(_ manifest: Manifest) {
    self =
      switch manifest.kind {
      case .stage: .stage
      case .full: .full
      case .incremental: manifest.name == GitHook.preCommit.rawValue ? .hook : .incremental
      case .database: .database
      case .custom: .custom
      case .rescue, .release: .rescue
      }
  }
}

extension RetentionPolicy {
  /// A policy that keeps nothing.
  package struct Empty: Error, Sendable, CustomStringConvertible {
    package let section: String
    package var description: String { "the retention policy \(section) keeps nothing" }
  }

  /// The policy of a class: its own section in the user's settings; the section for all, if the class is not kept whole by
  /// default; or the default. What comes with the repository decides nothing about what is removed here.
  package init(_ settings: Settings, for retentionClass: RetentionClass) throws {
    // A misspelt rule must not count as none.
    if let key = settings.unknownOwnKey(in: "retention") {
      throw Settings.Invalid(
        key: "checkpoint.\(key)", value: settings.ownText(key),
        expected: "a rule that there is, for one of "
          + RetentionClass.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let usual = Self.usual(retentionClass)
    if let own = try Self.read(settings, retentionClass.rawValue, usual) {
      self = own
    } else if !usual.keepsAll, retentionClass != .rescue, let general = try Self.read(settings, nil, usual) {
      self = general
    } else {
      self = usual
    }
  }

  /// - Returns: nil if nothing is set.
  private static func read(
    _ settings: Settings, _ section: String?, _ usual: RetentionPolicy
  ) throws -> RetentionPolicy? {
    var (policy, isSet) = (RetentionPolicy(), false)
    policy.archives = usual.archives
    func set<Value>(
      _ path: WritableKeyPath<RetentionPolicy, Value>, _ key: SettingKey<Value, Settings.Invalid>
    )
      throws
    {
      guard let value = try settings.own(key, in: section) else { return }
      policy[keyPath: path] = value
      isSet = true
    }
    try set(\.keepsAll, .keepAll)
    try set(\.last, .keepLast)
    try set(\.within, .keepWithin)
    try set(\.hourly, .keepHourly)
    try set(\.daily, .keepDaily)
    try set(\.weekly, .keepWeekly)
    try set(\.monthly, .keepMonthly)
    try set(\.yearly, .keepYearly)
    try set(\.archives, .archive)
    if isSet && policy.isEmpty {
      throw Empty(section: "checkpoint.retention\(section.map { ".\($0)" } ?? "")")
    }
    return isSet ? policy : nil
  }
}
