// Manifests that were read before: they are read again if their file is another one.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Manifests read once")
struct ManifestMemoryTests {
  @Test("an id that was given again has its new manifest, and one that is gone is gone")
  func again() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.path.appending("store"))
    let clock = FixedClock()
    func publish(_ content: String) throws -> CheckpointID {
      let draft = try DraftCheckpoint("one", in: store, at: clock.now())
      defer { draft.end() }
      try draft.write(content)
      try draft.commit()
      return try draft.publish()
    }
    let catalog = Catalog(store, memory: ManifestMemory())
    let id = try publish("first")
    let first = try catalog.manifest(id).sources[0].document
    #expect(try catalog.manifest(id).sources[0].document == first)
    try FileTree.remove(catalog.path(of: id))
    #expect(throws: UnreadableManifest.self) { try catalog.manifest(id) }
    #expect(try publish("second") == id && catalog.manifest(id).sources[0].document != first)
    #expect(try catalog.manifests().readable.map(\.id) == [id])
  }
}
