// Moving the contents of checkpoints into archives: one file each, which takes less room and more time to go back to.

import Checkpoints
import ChunkStore
import FileSystem

extension ProjectSession {
  /// - Parameter done: is called for each that is archived.
  /// - Returns: what became of all of them.
  package func archive(
    _ request: ArchiveRequest, done: (ArchiveOutcome.Archived) -> Void
  ) throws -> ArchiveOutcome {
    var outcome = ArchiveOutcome()
    try writing { opened in
      let wanted = try opened.chosen(request)
      try opened.archive(wanted, isOfMany: request.isOfMany, &outcome, done)
      if !request.atOnce { outcome.collection = opened.freed(after: outcome) }
    }
    if request.atOnce && !outcome.archived.isEmpty {
      try alone { opened in outcome.collection = Result { try opened.collectGarbage(atOnce: true) } }
    }
    try Interruption.check()
    return outcome
  }
}

extension OpenProject {
  fileprivate func chosen(_ request: ArchiveRequest) throws -> [Manifest] {
    switch request.which {
    case .selected(let selectors):
      var found: [Manifest] = []
      for selector in selectors {
        let manifest = try select(selector)
        if !found.contains(where: { $0.id == manifest.id }) { found.append(manifest) }
      }
      return found
    case .olderThan(let seconds):
      let limit = session.clock.now().secondsSinceEpoch - seconds
      let (readable, unreadable) = try catalog.manifests()
      if let first = unreadable.first { throw first }
      return readable.filter { $0.createdAt.secondsSinceEpoch < limit && !$0.kind.isInternal }
    }
  }

  /// - Parameter isOfMany: whether those that cannot be archived are passed over.
  func archive(
    _ manifests: [Manifest], isOfMany: Bool, _ outcome: inout ArchiveOutcome,
    _ done: (ArchiveOutcome.Archived) -> Void
  ) throws {
    if manifests.isEmpty { return }
    let writer = try ArchiveWriter(store, location, clock: session.clock, progress: session.progress)
    if !isOfMany { for manifest in manifests { try writer.check(manifest) } }
    for manifest in manifests {
      try Interruption.check()
      do {
        try writer.check(manifest)
        let note = try logged(LoggedOperation(.archive)) {
          let note = try writer.write(manifest)
          return (note, LogNote(checkpoint: manifest.id, isUnchanged: note == nil))
        }
        guard let note else {
          outcome.unchanged.append(manifest.id)
          continue
        }
        let archived = ArchiveOutcome.Archived(
          id: manifest.id, path: ArchivePlace.path(of: manifest.id, in: store), byteCount: note.byteCount)
        outcome.archived.append(archived)
        done(archived)
      } catch let error where isOfMany {
        try Interruption.check()
        outcome.left.append((manifest.id, error))
        if (error as? SystemError)?.isDiskFull == true { return }
      }
    }
  }

  /// nil if nothing has changed.
  fileprivate func freed(after outcome: ArchiveOutcome) -> Result<GarbageCollection.Result, any Error>? {
    outcome.archived.isEmpty ? nil : Result { try collectGarbage(atOnce: false) }
  }

  /// Puts contents of archived checkpoints into the store again, for as long as the result lives.
  func unpack(
    _ manifests: [Manifest], of isNeeded: (SourceRecord) -> Bool = { _ in true }
  ) throws -> UnpackedContents? {
    try UnpackedContents.of(manifests, in: store, progress: session.progress, isNeeded: isNeeded)
  }

  /// The same of one checkpoint, without the databases if the user leaves them out.
  func unpackChosen(_ manifest: Manifest) throws -> UnpackedContents? {
    let leavesOut = session.choice.leavesOut
    return try unpack([manifest]) { $0.isKeptFiles || !leavesOut }
  }
}
