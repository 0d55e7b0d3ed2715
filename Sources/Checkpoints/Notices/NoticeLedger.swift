// What failed and was told, so that a failure that goes on is told once a day, and its end once.

import ChunkStore
import FileSystem

struct NoticeLedger {
  /// Seconds between two notices of the same failure.
  private static let interval = 86_400
  /// Seconds to wait for another process that writes it.
  private static let patience: Double = 5

  private let store: Store

  init(_ store: Store) { self.store = store }

  private struct Entry: Codable {
    var toldAt: Timestamp
    /// What failed, without numbers: they are others each time.
    var reason: String
  }

  private var path: BytePath { store.log.appending("notices.json") }

  /// Notes that the user is being told of a failure.
  /// - Returns: false if the same one was told within a day.
  func claim(_ operation: String, _ reason: String, at now: Timestamp) throws -> Bool {
    let reason = String(reason.filter { !$0.isNumber })
    return try changing { entries in
      if let entry = entries[operation], entry.reason == reason {
        let age = now.secondsSinceEpoch - entry.toldAt.secondsSinceEpoch
        // Also if the clock was set back.
        if (0..<Self.interval).contains(age) { return false }
      }
      entries[operation] = Entry(toldAt: now, reason: reason)
      return true
    }
  }

  /// Notes that something works, or that its failure did not reach the user.
  /// - Returns: whether the user had been told that it fails.
  @discardableResult
  func clear(_ operation: String) throws -> Bool {
    // Mostly nothing has failed.
    guard FileTree.exists(path) else { return false }
    return try changing { $0.removeValue(forKey: operation) != nil }
  }

  /// What failed, of which the user was told.
  var operations: [String] {
    let bytes = FileTree.readIfRegular(path)
    return (bytes.flatMap { try? JSON.decode([String: Entry].self, from: $0) } ?? [:]).keys.sorted()
  }

  private func changing<Result>(_ change: (inout [String: Entry]) -> Result) throws -> Result {
    guard
      let lock = try FileLock.acquire(
        store.log.appending("notices.lock"), .exclusive, waiting: Self.patience)
    else { throw StoreError.busy(store.root) }
    return try withExtendedLifetime(lock) {
      // A damaged one means that a failure may be told once more.
      let bytes = FileTree.readIfRegular(path)
      var entries = bytes.flatMap { try? JSON.decode([String: Entry].self, from: $0) } ?? [:]
      let result = change(&entries)
      if entries.isEmpty {
        try FileTree.remove(path)
      } else {
        try store.files.replaceFile(path, with: JSON.encode(entries))
      }
      return result
    }
  }
}
