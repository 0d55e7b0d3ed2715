// Takes damaged files of a remote out of the way. Nothing is removed: they get other names, and only once all that is whole in them is
// elsewhere.

import ChunkStore
import Codecs
import FileSystem

package struct RemoteRepair {
  private let found: RemoteVerification.Result
  private let contents: RemoteContents
  private let store: Store

  /// - Parameters:
  ///   - found: before what is here was sent again.
  ///   - contents: as they are now.
  package init(_ found: RemoteVerification.Result, _ contents: RemoteContents, by store: Store) {
    (self.found, self.contents, self.store) = (found, contents, store)
    contents.distrust(found.wrongPlaces)
  }

  package func run() throws {
    for entry in found.damagedEntries {
      let isReplaced = contents.entries.contains { other in
        other.id == entry.id && other.origin == entry.origin && other.name != entry.name
          && (try? contents.checkpoint(other)) != nil
      }
      if isReplaced { try contents.remote.setAside(entry.name) }
    }
    for file in found.problems where file.isDamage {
      if file.name.components.first == RemoteLayout.indexes {
        try contents.remote.setAside(file.name)
      } else if let pack = RemoteLayout.digest(in: file.name), try !isWhole(pack) {
        try moveWhole(from: pack)
        try contents.remote.setAside(file.name)
      }
    }
  }

  /// Whether it was sent again meanwhile.
  private func isWhole(_ pack: ChunkID) throws -> Bool {
    let hash = SHA256()
    try contents.remote.open(RemoteLayout.pack(pack)).forEachPiece { hash.update($0) }
    return hash.finish() == pack.digest
  }

  /// Copies what is whole in a damaged pack and in no other into a new one: other stores may have pushed it.
  private func moveWhole(from pack: ChunkID) throws {
    let wrong = Set(found.wrongPlaces.filter { $0.place.pack == pack }.map(\.chunk))
    let kept = contents.indexes.filter { $0.pack.id == pack }.flatMap(\.pack.chunks).map(\.id)
      .filter { chunk in
        !wrong.contains(chunk) && contents.index.places[chunk]?.contains { $0.pack != pack } != true
      }
    if kept.isEmpty { return }
    let session = try ChunkSession(store)
    defer { session.end() }
    let (writer, reader) = (
      RemotePackWriter(
        contents.remote, by: try StoreMark.of(store), scratch: session.temporaryPath("pack"),
        files: store.files), ChunkReader(store)
    )
    for chunk in kept {
      try Interruption.check()
      let frame = try contents.withFrame(chunk) { frame in
        try reader.check(chunk, in: frame)
        return frame
      }
      if let frame { try writer.add(chunk, frame) }
    }
    try writer.finish()
  }
}
