// Work that several threads do at the same time, with results that come back one by one, in the order in which the work
// was given. Only a few pieces are in progress at a time, so memory does not grow with their number.

import Glibc
import Synchronization

package final class OrderedWork<Input: Sendable, Output: Sendable> {
  private struct State {
    var waiting: [(number: Int, input: Input)] = []
    var results: [Int: Result<Output, any Error>] = [:]
    var isClosed = false
  }

  private final class Shared: Sendable {
    let state = Mutex(State())
    let changed = Condition()

    func next() -> (number: Int, input: Input)? {
      changed.wait {
        state.withLock { state -> (number: Int, input: Input)?? in
          if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
          return state.isClosed ? .some(nil) : nil
        }
      }
    }

    func close(droppingWork: Bool) {
      state.withLock { state in
        state.isClosed = true
        if droppingWork { state.waiting = [] }
      }
      changed.signalAll()
    }

    func result(_ number: Int) -> Result<Output, any Error> {
      changed.wait { state.withLock { $0.results.removeValue(forKey: number) } }
    }

    func hasResult(_ number: Int) -> Bool { state.withLock { $0.results[number] != nil } }
  }

  private let shared = Shared()
  private let window: Int
  private let deliver: (Int, Output) throws -> Void
  private var (given, delivered) = (0, 0)

  private init(window: Int, deliver: @escaping (Int, Output) throws -> Void) {
    self.window = window
    self.deliver = deliver
  }

  /// - Parameters:
  ///   - workers: the number of threads.
  ///   - makeWorker: called once on each thread.
  ///   - deliver: gets each result with the number of its work, on the calling thread.
  ///   - body: gives the work, by `submit`.
  package static func run(
    workers: Int, makeWorker: @escaping @Sendable () throws -> (Input) throws -> Output,
    deliver: @escaping (Int, Output) throws -> Void, giving body: (OrderedWork) throws -> Void
  ) throws {
    let work = OrderedWork(window: workers + 2, deliver: deliver)
    let shared = work.shared
    let threads = (0..<workers).map { _ in
      Pending {
        let made = Result { try makeWorker() }
        while let (number, input) = shared.next() {
          let result = made.flatMap { worker in Result { try worker(input) } }
          shared.state.withLock { $0.results[number] = result }
          shared.changed.signalAll()
        }
      }
    }
    var isDone = false
    defer {
      shared.close(droppingWork: !isDone)
      for thread in threads { try? thread.get() }
    }
    try body(work)
    while work.delivered < work.given { try work.deliverNext() }
    isDone = true
  }

  /// Adds work, and delivers results that are ready. Waits while too much is in progress.
  /// - Returns: the work's number.
  @discardableResult
  package func submit(_ input: Input) throws -> Int {
    try Interruption.check()
    let number = given
    given += 1
    shared.state.withLock { $0.waiting.append((number, input)) }
    shared.changed.signalAll()
    while given - delivered > window || delivered < given && shared.hasResult(delivered) { try deliverNext() }
    return number
  }

  private func deliverNext() throws {
    let result = shared.result(delivered)
    delivered += 1
    try deliver(delivered - 1, result.get())
  }
}
