// Whether the newest checkpoint already holds what a new one would record. Contents are compared, not bytes: two snapshots
// of a database are never identical, but their rows and definitions can be.

struct UnchangedState {
  private let catalog: Catalog
  private let sources: [any DataSource]

  init(_ catalog: Catalog, _ sources: [any DataSource]) { (self.catalog, self.sources) = (catalog, sources) }

  /// The newest checkpoint, if it holds the same git state and files. Sources are compared later.
  func candidate(for created: CreatedCheckpoint) throws -> Manifest? {
    // Files that cannot be read now cannot be compared.
    if !created.unreadable.isEmpty { return nil }
    let manifest = created.manifest
    guard let newest = try newest(), isFit(newest, for: manifest.kind), isSameGit(newest, manifest) else {
      return nil
    }
    return try isSame(.files, newest, manifest) ? newest : nil
  }

  /// - Parameter created: complete, with its chunks in the store, but not published.
  func earlier(than created: CreatedCheckpoint) throws -> Manifest? {
    guard let found = try candidate(for: created) else { return nil }
    return try isSame(.everything, found, created.manifest) ? found : nil
  }

  private enum Extent { case files, everything }

  private func newest() throws -> Manifest? {
    try catalog.newestFirst().first { !$0.kind.isInternal }
  }

  /// A checkpoint that is known to be bad, or that is kept for a shorter time than the new one, does not count.
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
      // Its contents are read for that, which is not worth unpacking an archive.
      guard try catalog.notes(one.id).archive == nil,
        let source = sources.first(where: { $0.name == record.name })
      else { return false }
      return try source.holdsSame(earlier, as: record, in: catalog.store)
    }
  }
}
