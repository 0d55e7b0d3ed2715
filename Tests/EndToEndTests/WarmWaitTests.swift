// `checkpoint warm` while the background worker is at the same work.

import FileSystem
import TestSupport
import Testing

@Suite("Warm clones and the worker", .needsPostgreSQL)
struct WarmWaitTests {
  @Test("what the background worker is just making is waited for, and its work is not thrown away")
  func waits() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("stage-01-start")
    // A worker that would be seen to be asked to end.
    let worker = try Program.start(["sleep", "60"])
    func announce(_ job: String) throws {
      let state =
        #"{"process": \#(worker.process), "startedAt": "2026-11-20T03:00:00.000Z", "job": "\#(job)"}"#
      try SystemFileOperations().replaceFile(scene.store.appending("worker.json"), with: Array(state.utf8))
    }
    try announce("make a warm clone of stage-01-start")
    var lock = try FileLock.acquire(scene.store.appending("lock.worker"), .exclusive)
    #expect(lock != nil)
    let command = try scene.program.start(["warm", "stage-01-start"])
    try command.waitForOutput("waiting for the background worker: make a warm clone of stage-01-start")
    try announce("drop stale clones")
    try command.waitForOutput("waiting for the background worker: drop stale clones")
    lock = nil
    let result = try command.wait().succeeded()
    #expect(result.printed.contains("is warm"))
    withExtendedLifetime(worker) {}
  }
}
