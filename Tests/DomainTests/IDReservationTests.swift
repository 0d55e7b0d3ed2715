// Ids of new checkpoints.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Reservations of ids")
struct IDReservationTests {
  @Test("an id is not given again while refs of its deleted checkpoint may be left")
  func deleted() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.path.appending("store"))
    let name = try CheckpointName("same")
    let time = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    let id = CheckpointID(name: name, at: time, number: 1)
    try SystemFileOperations().replaceFile(Catalog(store).path(of: id), with: [])
    try DeletedManifest.moveAside(id, in: store)
    #expect(try IDReservation(name, at: time, in: store).id == CheckpointID(name: name, at: time, number: 2))
    try FileTree.remove(store.sessions.appending("\(id).deleted"))
    #expect(try IDReservation(name, at: time, in: store).id == id)
  }
}
