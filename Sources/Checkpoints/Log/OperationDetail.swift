// What an operation's kind does not say of it.

package enum OperationDetail: Sendable, Hashable {
  /// Which of git's hooks it ran for.
  case hook(GitHook)
  /// What the background worker did, in words.
  case job(String)
  case mark(Mark)
  /// The end that an interrupted operation was brought to.
  case end(OperationEnd)
  /// Only a database was restored, into a place of its own.
  case database
}

extension OperationDetail {
  /// - Parameters:
  ///   - text: what follows the kind, with what separates the two.
  ///   - kind: says which details there are.
  /// - Returns: nil if this version knows no such detail.
  init?(_ text: some StringProtocol, of kind: OperationKind) {
    let word = String(text.dropFirst())
    let detail: OperationDetail? =
      switch kind {
      case .hook: GitHook(rawValue: word).map { .hook($0) }
      case .worker: .job(String(text.dropFirst(2)))
      case .mark: Mark(rawValue: word).map { .mark($0) }
      case .restore where word == "database": .database
      case .rollback, .undo, .restore: OperationEnd(rawValue: word).map { .end($0) }
      default: nil
      }
    // Nothing but its own text is taken for it.
    guard let detail, detail.suffix == text else { return nil }
    self = detail
  }

  /// What follows the kind.
  var suffix: String {
    switch self {
    case .hook(let hook): " \(hook.rawValue)"
    case .job(let job): ": \(job)"
    case .mark(let mark): " \(mark.rawValue)"
    case .end(let end): " \(end.rawValue)"
    case .database: " database"
    }
  }
}
