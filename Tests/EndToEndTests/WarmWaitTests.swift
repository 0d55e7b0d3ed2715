// `checkpoint warm` while the background worker is at the same work.

import Checkpoints
import ChunkStore
import FileSystem
import TestSupport
import Testing

@Suite("Warm clones and the worker", .needsPostgreSQL)
struct WarmWaitTests {
  @Test("what the background worker is just making is waited for, and its work is not thrown away")
  func waits() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("stage-01-start")
    let store = try Store.create(at: scene.store)
    // Asked to end, this process would: the worker is this one.
    var worker = try WorkerLock.acquire(.worker, store, at: SystemClock().now())
    try worker?.announce("make a warm clone of stage-01-start")
    let command = try scene.program.start(["warm", "stage-01-start"])
    try command.waitForOutput("waiting for the background worker: make a warm clone of stage-01-start")
    try worker?.announce("drop stale clones")
    try command.waitForOutput("waiting for the background worker: drop stale clones")
    worker = nil
    let result = try command.wait().succeeded()
    #expect(result.printed.contains("is warm"))
  }
}
