// Writes the archive of a checkpoint. It is read back before it gets its name, and only then is it noted that the
// contents are there: until then the checkpoint needs what is in the store.

import ChunkStore
import Codecs
import FileSystem
import Git
import Glibc

package struct ArchiveWriter {
  private let store: Store
  private let catalog: Catalog
  private let objects: ObjectDatabase
  private let git: GitProgram
  private let clock: any Clock
  private let progress: any ProgressReporter

  package init(
    _ store: Store, _ location: RepositoryLocation, clock: any Clock, progress: any ProgressReporter
  ) throws {
    (self.store, self.clock, self.progress) = (store, clock, progress)
    catalog = Catalog(store)
    objects = try ObjectDatabase.open(location, files: store.files)
    git = location.git
    try ArchivePlace.removeAbandoned(in: store)
  }

  /// - Throws: `ArchivingProblem` for a checkpoint that is not to be archived.
  package func check(_ manifest: Manifest) throws {
    let notes = try catalog.notes(manifest.id)
    if manifest.kind.isInternal { throw ArchivingProblem.rescue(manifest.id) }
    if notes.warm?.isEmpty == false { throw ArchivingProblem.warm(manifest.id) }
    // An archive that is damaged is written again, if the contents are still there.
    if let damage = notes.damage, notes.archive == nil {
      throw ArchivingProblem.known(damage: damage, manifest.id)
    }
  }

  /// - Returns: nil if its contents are in an archive already.
  package func write(_ manifest: Manifest) throws -> ArchiveNote? {
    let id = manifest.id
    let notes = try catalog.notes(id)
    if let note = notes.archive, notes.damage == nil, try ArchivePlace.isThere(note, of: id, in: store) {
      return nil
    }
    defer { for activity in ["archive", "read it back"] { progress.finish(activity) } }
    // Its directory is for the pack; as long as the session lasts, the chunks stay.
    let session = try ChunkSession(store)
    defer { session.end() }
    let needed = try RecordedChunks.of(manifest, catalog, ChunkReader(store))
    for chunk in Set(needed) where try !session.hold(chunk) { throw StoreError.chunkMissing(chunk) }
    let path = ArchivePlace.path(of: id, in: store)
    if let directory = path.parent, let root = directory.parent {
      try FileTree.makeDirectories(directory, mode: 0o700)
      for made in [store.root, root] { try store.files.sync(OpenFile.open(made, flags: O_RDONLY)) }
    }
    let made = try NewFile(path, replaces: true, files: store.files)
    defer { made.discard() }
    let output = try made.makeFile()
    try write(manifest, needed, session, to: output)
    try store.files.sync(output)
    progress.update("read it back", done: 0, total: nil, unit: .items)
    let found = try ArchiveReader(path: made.temporary, id: id).read()
    guard found.chunks == Set(needed) else {
      throw ArchivingProblem.damaged(made.temporary, "it has not all that the checkpoint needs")
    }
    let note = ArchiveNote(at: clock.now(), byteCount: found.byteCount, sha256: found.sha256)
    // Together, so that the note is about this file and not another process's.
    try catalog.updateNotes(id, after: made.publish) { $0.archive = note }
    return note
  }

  private func write(
    _ manifest: Manifest, _ chunks: [ChunkID], _ session: ChunkSession, to output: OpenFile
  ) throws {
    let files = store.files
    let stream = ZstdStream { try files.write($0, to: output) }
    let tar = try ListedTar(BytePath("\(manifest.id)"), modified: manifest.createdAt.secondsSinceEpoch) {
      try stream.add($0)
    }
    try tar.add(ArchiveLayout.readme, Array(ArchiveLayout.instructions(for: manifest).utf8))
    try tar.add(ArchiveLayout.manifest, catalog.manifestBytes(manifest.id))
    let notes = store.notes.appending("\(manifest.id).json")
    if let bytes = try FileTree.readIfThere(notes) { try tar.add(ArchiveLayout.notes, bytes) }
    try addGit(manifest, session, tar)
    let reader = ChunkReader(store)
    for (index, id) in chunks.enumerated() {
      try Interruption.check()
      progress.update("archive", done: index, total: chunks.count, unit: .items)
      try reader.withChunk(id) { try tar.add(ArchiveLayout.chunks.appending("\(id)"), $0) }
    }
    try tar.finish(ArchiveLayout.sums)
    try stream.finish()
  }

  /// Git has the objects for as long as the checkpoint has its refs; here they are for a repository that is lost.
  private func addGit(_ manifest: Manifest, _ session: ChunkSession, _ tar: ListedTar) throws {
    let refs = try [manifest.id.stateRef, manifest.id.headRef].compactMap { ref in
      try objects.target(of: ref).map { (ref, $0) }
    }
    if refs.isEmpty { return }
    try tar.add(ArchiveLayout.refs, Array(refs.map { "\($1) \($0)\n" }.joined().utf8))
    // What a partial clone has not fetched is not asked for. What is missing elsewhere is damage.
    let isPartial = try manifest.git.stateTree.map { try objects.canFetchWhatIsMissing(below: $0) } ?? false
    let listing: [BytePath] = [
      "rev-list", "--objects", "--no-object-names", "--no-walk=unsorted",
      isPartial ? "--missing=allow-any" : "--missing=error", "--stdin",
    ]
    let ids = try git.run(listing, input: Array(refs.map { "\($1)\n" }.joined().utf8))
    // Uncompressed and without deltas, because the whole archive is compressed; one pack, whatever the user's settings say.
    let packing: [BytePath] = [
      "-c", "pack.compression=0", "-c", "pack.packSizeLimit=0", "pack-objects", "--quiet", "--window=0",
      "--no-reuse-object", session.temporaryPath("git"),
    ]
    let name = try git.run(packing, input: ids).prefix { $0 != 0x0A }
    let path = session.temporaryPath("git-\(String(decoding: name, as: UTF8.self)).pack")
    let file = try OpenFile.open(path, flags: O_RDONLY)
    try tar.add(ArchiveLayout.pack, byteCount: file.status().byteCount) { try file.forEachPiece($0) }
  }
}
