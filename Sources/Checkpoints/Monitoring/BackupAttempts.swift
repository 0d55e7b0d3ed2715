// What the end of the log says of attempts to take checkpoints.

import FileSystem

struct BackupAttempts {
  /// Why the last attempt of a kind failed.
  private(set) var failures: [Kind: String] = [:]
  /// When a checkpoint was last found to be what there is, so that no other was taken, by its id.
  private(set) var foundAgain: [String: Timestamp] = [:]
  private(set) var prunedAt: Timestamp?

  /// Those that hold everything.
  private static let whole: Set<Kind> = [.stage, .full, .incremental, .custom]
  /// Those that users take by hand, at moments of their own: any later one of everything makes good for one that failed.
  private static let byHand: Set<Kind> = [.stage, .custom]

  /// - Parameter entries: newest first.
  init(_ entries: [OperationEntry]) {
    var (seen, hasWhole) = (Set<Kind>(), false)
    for entry in entries {
      if entry.operation.kind == .prune && entry.outcome.isSuccess {
        prunedAt = max(prunedAt ?? entry.at, entry.at)
      }
      guard let kind = entry.kind.flatMap({ Kind(rawValue: $0) }) else { continue }
      switch entry.outcome {
      case .failed(let reason):
        // The user has ended it.
        if reason == "\(Interrupted())" { continue }
        let isMadeGood = hasWhole && Self.byHand.contains(kind)
        if seen.insert(kind).inserted && !isMadeGood { failures[kind] = reason }
      case .unchanged, .done:
        seen.insert(kind)
        if Self.whole.contains(kind) { hasWhole = true }
        if entry.outcome == .unchanged, let id = entry.checkpoint {
          foundAgain[id] = max(foundAgain[id] ?? entry.at, entry.at)
        }
      }
    }
  }
}
