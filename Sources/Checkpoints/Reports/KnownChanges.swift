// Remembers how many lines differ between two trees: that never changes, and takes long to compute. The file may be removed
// at any time; if it cannot be written, only time is lost.

import ChunkStore
import FileSystem
import Git

final class KnownChanges {
  /// Each takes a few hundred bytes. Beyond the limit the file starts over.
  private static let limit = 5000

  private let store: Store
  private var known: [String: Report.Changes]
  private var isComplete = true

  init(_ store: Store) {
    self.store = store
    let bytes = FileTree.readIfRegular(Self.path(store))
    let read = bytes.flatMap { try? JSON.decode([String: Report.Changes].self, from: $0) } ?? [:]
    // Numbers that were edited must not make sums overflow.
    known = read.values.allSatisfy(\.isPlausible) ? read : [:]
  }

  private static func path(_ store: Store) -> BytePath { store.root.appending("reports/changes.json") }

  /// - Parameter find: computes what is not known yet.
  func changes(
    from old: ObjectID, to new: ObjectID, find: () throws -> Report.Changes
  ) rethrows -> Report.Changes {
    let key = "\(old)..\(new)"
    if let found = known[key] { return found }
    let found = try find()
    if known.count >= Self.limit { known = [:] }
    known[key] = found
    isComplete = false
    return found
  }

  /// If another report saves at the same time, only one of them is kept.
  func save() {
    if isComplete { return }
    guard let bytes = try? JSON.encode(known) else { return }
    try? FileTree.makeDirectories(store.root.appending("reports"), mode: 0o700)
    try? store.files.replaceFile(Self.path(store), with: bytes)
    isComplete = true
  }
}
