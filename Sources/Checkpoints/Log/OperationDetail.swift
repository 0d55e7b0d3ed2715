// What else the log records about an operation besides its kind.

package enum OperationDetail: Sendable, Hashable {
  /// The git hook that it ran for.
  case hook(GitHook)
  /// What the background worker did, for people.
  case job(String)
  case mark(Mark)
  /// What the clock began.
  case scheduled(ScheduledJob)
  /// How an interrupted operation was ended.
  case end(OperationEnd)
  /// Only a database was restored, into a place of its own.
  case database
}

extension OperationDetail {
  /// - Parameters:
  ///   - text: the text after the kind, including the separator.
  ///   - kind: decides which details are possible.
  /// - Returns: nil if this version knows no such detail.
  init?(_ text: some StringProtocol, of kind: OperationKind) {
    let word = String(text.dropFirst())
    let detail: OperationDetail? =
      switch kind {
      case .hook: GitHook(rawValue: word).map { .hook($0) }
      case .worker: .job(String(text.dropFirst(2)))
      case .schedule: ScheduledJob(rawValue: word).map { .scheduled($0) }
      case .mark: Mark(rawValue: word).map { .mark($0) }
      case .restore where word == "database": .database
      case .rollback, .undo, .restore: OperationEnd(rawValue: word).map { .end($0) }
      default: nil
      }
    // The text must be exactly the detail's own.
    guard let detail, detail.suffix == text else { return nil }
    self = detail
  }

  /// The text after the kind.
  var suffix: String {
    switch self {
    case .hook(let hook): " \(hook.rawValue)"
    case .job(let job): ": \(job)"
    case .mark(let mark): " \(mark.rawValue)"
    case .scheduled(let job): " \(job.rawValue)"
    case .end(let end): " \(end.rawValue)"
    case .database: " database"
    }
  }
}
