// The manifests and notes of a store. A manifest never changes; notes are changed under a lock, by several processes at
// once.

import ChunkStore
import Codecs
import FileSystem
import Glibc

package struct Catalog: Sendable {
  package let store: Store
  private let memory: ManifestMemory?

  /// - Parameter memory: of manifests that were read before.
  package init(_ store: Store, memory: ManifestMemory? = nil) { (self.store, self.memory) = (store, memory) }

  package func path(of id: CheckpointID) -> BytePath { store.manifests.appending("\(id).json") }

  package func manifestBytes(_ id: CheckpointID) throws -> [UInt8] {
    try FileTree.readAll(path(of: id), flags: O_NOFOLLOW)
  }

  package func manifest(_ id: CheckpointID) throws -> Manifest {
    guard let memory, let file = try? FileTree.status(path(of: id)) else { return try readManifest(id) }
    return try memory.manifest(id, in: file) { try readManifest(id) }
  }

  private func readManifest(_ id: CheckpointID) throws -> Manifest {
    do {
      var manifest = try JSON.decode(Manifest.self, from: manifestBytes(id))
      guard manifest.format <= Manifest.currentFormat else {
        throw UnreadableManifest(path: path(of: id), reason: "it has the newer format \(manifest.format)")
      }
      // A remote vouches for nothing, whatever the manifest says.
      if manifest.untrustedFile == nil, !manifest.data.isEmpty, let remote = (try? notes(id))?.pulledFrom {
        manifest.untrustedFile = remote
      }
      return manifest
    } catch let error as DecodingError {
      throw UnreadableManifest(
        path: path(of: id), reason: "it is not a manifest (\(StoredJSON.summary(error)))")
    } catch let error as SystemError {
      throw UnreadableManifest(path: path(of: id), reason: error.reason)
    }
  }

  /// Also if it is a link, which cannot be read.
  package func exists(_ id: CheckpointID) -> Bool { ((try? FileTree.status(path(of: id))) ?? nil) != nil }

  /// Every checkpoint's id, oldest first by the time in it.
  package func ids() throws -> [CheckpointID] {
    try FileTree.list(store.manifests).compactMap { name in
      guard let text = name.exactText, text.hasSuffix(".json") else { return nil }
      return CheckpointID(String(text.dropLast(5)))
    }.sorted()
  }

  /// Every checkpoint that can be read, newest first; each is read when the sequence gets to it. Ids have whole seconds;
  /// within one second the manifests decide.
  package func newestFirst() throws -> some Sequence<Manifest> {
    let seconds = Dictionary(grouping: try ids(), by: \.timestamp).sorted { $0.key > $1.key }
    return seconds.lazy.flatMap { _, ids in
      ids.compactMap { try? manifest($0) }.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
    }
  }

  /// Every checkpoint, oldest first. One that cannot be read does not hide the others.
  /// - Parameter isWanted: whether a checkpoint of this name is wanted; the others are not read.
  package func manifests(
    named isWanted: (String) -> Bool = { _ in true }
  ) throws -> (readable: [Manifest], unreadable: [UnreadableManifest]) {
    var readable: [Manifest] = []
    var unreadable: [UnreadableManifest] = []
    let wanted = try ids().filter { isWanted($0.name) }
    try Together.work(
      on: wanted,
      makeWorker: {
        { id in
          do { return .success(try manifest(id)) } catch let error as UnreadableManifest {
            return .failure(error)
          }
        }
      },
      deliver: { (index, result: Result<Manifest, UnreadableManifest>) in
        switch result {
        case .success(let manifest): readable.append(manifest)
        // It may have been deleted since the directory was listed.
        case .failure(let error): if exists(wanted[index]) { unreadable.append(error) }
        }
      })
    return (readable.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }, unreadable)
  }

  /// The newest one for which `condition` holds.
  /// - Throws: `UnreadableManifest` if the newest one may be a checkpoint that cannot be read.
  package func newest(where condition: (Manifest) throws -> Bool) throws -> Manifest? {
    var ids = try ids()
    while let last = ids.last {
      // Only the contents order the checkpoints of one second.
      let start = ids.lastIndex { $0.timestamp != last.timestamp }.map { $0 + 1 } ?? 0
      let together = try ids[start...].filter(exists).map { try manifest($0) }
        .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
      if let found = try together.last(where: condition) { return found }
      ids.removeSubrange(start...)
    }
    return nil
  }

  package func digest(of id: CheckpointID) throws -> String {
    SHA256.digest(try manifestBytes(id)).hexadecimal
  }

  // MARK: Notes

  /// - Throws: `UnreadableManifest` for notes that exist but cannot be read: they may name the only copy of something, so
  ///   they are never taken for empty.
  package func notes(_ id: CheckpointID) throws -> Notes {
    let path = store.notes.appending("\(id).json")
    do {
      return try JSON.decode(Notes.self, from: FileTree.readAll(path, flags: O_NOFOLLOW))
    } catch let error as SystemError where error.isMissing {
      return Notes()
    } catch {
      throw UnreadableManifest(
        path: path, reason: "\((error as? SystemError)?.reason ?? "these are no notes")")
    }
  }

  /// Changes the notes of a checkpoint. Several processes may do so at once.
  /// - Parameter first: is done before, while no other process changes notes or deletes the checkpoint.
  /// - Throws: `DeletedMeanwhile` if there is no such checkpoint any more.
  package func updateNotes(
    _ id: CheckpointID, after first: () throws -> Void = {}, _ change: (inout Notes) -> Void
  ) throws {
    try changingNotes {
      guard exists(id) else { throw DeletedMeanwhile(id) }
      try first()
      var notes = try notes(id)
      change(&notes)
      try store.files.replaceFile(store.notes.appending("\(id).json"), with: JSON.encode(notes))
    }
  }

  /// Runs `body` while no other process changes notes.
  func changingNotes<Result>(_ body: () throws -> Result) throws -> Result {
    let file = store.root.appending("lock.notes")
    guard let lock = try FileLock.acquire(file, .exclusive, waiting: 10) else {
      throw StoreError.busy(store.root)
    }
    return try withExtendedLifetime(lock) { try body() }
  }

  /// The records of a checkpoint's sources, including later copies of contents that were moved aside.
  package func sources(of manifest: Manifest) throws -> [SourceRecord] {
    let notes = try notes(manifest.id)
    guard let secured = notes.secured else { return manifest.sources }
    return manifest.sources.map { record in
      guard var copy = secured.first(where: { $0.name == record.name }) else { return record }
      // As long as the original exists, it is restored instead, because that is quicker.
      copy.retained = record.retained.flatMap { notes.released?.contains($0) == true ? nil : $0 }
      return copy
    }
  }

  /// The paths of the files that the checkpoint keeps in the store.
  package func filesInStore(_ manifest: Manifest) throws -> Set<BytePath> {
    guard let id = manifest.keptFiles?.document else { return [] }
    let document = try ChunkReader(store).document(SourceDocument.self, id)
    return Set(document.streams.map(\.name))
  }
}
