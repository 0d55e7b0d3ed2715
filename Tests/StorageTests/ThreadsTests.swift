// Threads of our own: errors arrive, no thread is left, and work is taken once.

import FileSystem
import Synchronization
import Testing

@Suite("Threads")
struct ThreadsTests {
  private struct Failure: Error, Equatable { var number: Int }

  @Test("all bodies run, and side by side: each waits for the others")
  func sideBySide() throws {
    let arrived = Atomic<Int>(0)
    let bodies = (0..<4).map { _ in
      { @Sendable in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 4 {}
      }
    }
    try Threads.concurrently(bodies)
    #expect(arrived.load(ordering: .relaxed) == 4)
  }

  @Test("an error is thrown after every body has ended", arguments: 0..<4)
  func errors(failing: Int) {
    let ended = Atomic<Int>(0)
    let bodies = (0..<4).map { number in
      { @Sendable in
        defer { ended.add(1, ordering: .sequentiallyConsistent) }
        if number == failing { throw Failure(number: number) }
      }
    }
    #expect(throws: Failure(number: failing)) { try Threads.concurrently(bodies) }
    #expect(ended.load(ordering: .relaxed) == 4)
  }

  @Test("a real error counts for more than an interruption that it caused", arguments: [true, false])
  func interruptions(first: Bool) {
    let interrupted = { @Sendable () throws -> Void in throw Interrupted() }
    let failed = { @Sendable () throws -> Void in throw Failure(number: 1) }
    #expect(throws: Failure.self) {
      try Threads.concurrently(first ? [interrupted, failed] : [failed, interrupted])
    }
    #expect(throws: Interrupted.self) { try Threads.concurrently([interrupted, {}]) }
  }

  @Test("nothing to do is done at once")
  func nothing() throws { try Threads.concurrently([]) }

  @Test("every item of a queue is taken exactly once")
  func queue() throws {
    let queue = WorkQueue(Array(0..<10_000))
    let taken = Mutex<[Int]>([])
    let worker = { @Sendable in
      var mine: [Int] = []
      while let item = queue.next() { mine.append(item) }
      taken.withLock { $0 += mine }
    }
    try Threads.concurrently([worker, worker, worker])
    #expect(taken.withLock { $0.sorted() } == Array(0..<10_000))
    #expect(queue.next() == nil)
  }

  @Test("a queue that is stopped gives nothing more")
  func stop() {
    let queue = WorkQueue([1, 2, 3])
    #expect(queue.next() == 1)
    queue.stop()
    #expect(queue.next() == nil)
  }

  @Test("work that makes more work is done to the end, and no thread leaves too early")
  func board() throws {
    let board = WorkBoard([12, 12])
    let done = Atomic<Int>(0)
    let worker = { @Sendable in
      while let depth = board.next() {
        done.add(1, ordering: .relaxed)
        board.finish(adding: depth > 0 ? [depth - 1, depth - 1] : [])
      }
    }
    try Threads.concurrently([worker, worker, worker, worker])
    #expect(done.load(ordering: .relaxed) == 2 * ((1 << 13) - 1))
    #expect(board.next() == nil)
  }

  @Test("a board that is stopped lets all threads go, also those that wait")
  func stoppedBoard() throws {
    let board = WorkBoard([1])
    let first = board.next()
    #expect(first == 1)
    let waiter = Pending { board.next() == nil }
    board.stop()
    #expect(try waiter.get())
  }

  @Test("a pending value arrives, and so does a pending error")
  func pending() throws {
    let value = Pending { 42 }
    #expect(try value.get() == 42)
    #expect(try value.get() == 42)
    let failure = Pending<Int> { throw Failure(number: 7) }
    #expect(throws: Failure(number: 7)) { try failure.get() }
  }
}
