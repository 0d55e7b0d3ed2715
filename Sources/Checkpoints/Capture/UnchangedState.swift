// Whether the newest checkpoint holds already what another one is about to say again. It compares contents: two
// snapshots of a database are never the same, their rows and definitions can be.

struct UnchangedState {
  private let catalog: Catalog
  private let sources: [any DataSource]

  init(_ catalog: Catalog, _ sources: [any DataSource]) { (self.catalog, self.sources) = (catalog, sources) }

  /// The newest checkpoint, where it holds the same of git and of files. The sources are to be looked at yet.
  func candidate(for created: CreatedCheckpoint) throws -> Manifest? {
    // What could not be read now says nothing.
    if !created.unreadable.isEmpty { return nil }
    let manifest = created.manifest
    guard let newest = try newest(), isFit(newest, for: manifest.kind), isSameGit(newest, manifest) else {
      return nil
    }
    return try isSame(.files, newest, manifest) ? newest : nil
  }

  /// - Parameter created: whole, with its chunks in the store, and not published.
  func earlier(than created: CreatedCheckpoint) throws -> Manifest? {
    guard let found = try candidate(for: created) else { return nil }
    return try isSame(.everything, found, created.manifest) ? found : nil
  }

  private enum Extent { case files, everything }

  private func newest() throws -> Manifest? {
    try catalog.newestFirst().first { !$0.kind.isInternal }
  }

  /// One that is known to be bad, or kept for a shorter time than the new one would be, is none to rely on.
  private func isFit(_ manifest: Manifest, for kind: Kind) -> Bool {
    guard let notes = try? catalog.notes(manifest.id), notes.damage == nil, notes.proof?.isGood != false
    else { return false }
    return manifest.kind.hasTag || !kind.hasTag
  }

  private func isSameGit(_ one: Manifest, _ other: Manifest) -> Bool {
    one.git.head == other.git.head && one.git.branch == other.git.branch && one.git.stateTree != nil
      && one.git.stateTree == other.git.stateTree && one.excluded == other.excluded
      && one.git.leftOut?.map(\.path) == other.git.leftOut?.map(\.path)
      && one.git.submodules?.map(\.path) == other.git.submodules?.map(\.path)
      // A submodule's own state is not in the tree.
      && other.git.submodules == nil
  }

  private func isSame(_ extent: Extent, _ one: Manifest, _ other: Manifest) throws -> Bool {
    func records(_ manifest: Manifest) -> [SourceRecord] {
      manifest.sources.filter { extent == .everything || $0.isKeptFiles }
    }
    guard records(one).map(\.name).sorted() == records(other).map(\.name).sorted() else { return false }
    return try records(other).allSatisfy { record in
      guard let earlier = one.sources.first(where: { $0.name == record.name && $0.type == record.type }),
        earlier.retained == nil, earlier.unreadable == nil
      else { return false }
      if earlier.document == record.document { return true }
      guard let source = sources.first(where: { $0.name == record.name }) else { return false }
      return try source.holdsSame(earlier, as: record, in: catalog.store)
    }
  }
}
