// How many lines differ between two trees never changes and takes long to find out, so it is written down in the store. The
// file may be removed at any time, and where it cannot be written nothing is lost but time.

import ChunkStore
import FileSystem
import Git

final class KnownChanges {
  /// A few hundred bytes each; who has more begins anew.
  private static let limit = 5000

  private let store: Store
  private var known: [String: Report.Changes]
  private var isComplete = true

  init(_ store: Store) {
    self.store = store
    let bytes = FileTree.readIfRegular(Self.path(store))
    let read = bytes.flatMap { try? JSON.decode([String: Report.Changes].self, from: $0) } ?? [:]
    // What somebody wrote into it must not bring sums beyond their limits.
    known = read.values.allSatisfy(\.isPlausible) ? read : [:]
  }

  private static func path(_ store: Store) -> BytePath { store.root.appending("reports/changes.json") }

  /// - Parameter find: asked for what is not known yet.
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

  /// Another report that does so at the same time may win.
  func save() {
    if isComplete { return }
    guard let bytes = try? JSON.encode(known) else { return }
    try? FileTree.makeDirectories(store.root.appending("reports"), mode: 0o700)
    try? store.files.replaceFile(Self.path(store), with: bytes)
    isComplete = true
  }
}
