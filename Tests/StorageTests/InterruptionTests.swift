// Ending one operation of several, with all that it does on other threads and in other programs.

import FileSystem
import Synchronization
import Testing

@Suite("Interruptions")
struct InterruptionTests {
  /// Waits, as blocked work does, until it is told to stop.
  private static func wait() throws {
    while true {
      try Interruption.check()
      _ = try? Subprocess(["true"]).output()
    }
  }

  @Test("only the operation that is asked to end does, with its threads")
  func ofOneOperation() throws {
    let (first, second) = (Interruption(), Interruption())
    let ended = Mutex<[String]>([])
    @Sendable func operation(_ name: String, _ interruption: Interruption, _ body: () throws -> Void) {
      do { try interruption.covering(body) } catch {
        ended.withLock { $0.append("\(name): \(error)") }
      }
    }
    try Threads.concurrently([
      {
        operation("first", first) {
          try Threads.concurrently([{ try Self.wait() }, { try Self.wait() }])
        }
      },
      {
        operation("second", second) {
          while ended.withLock({ $0.isEmpty }) { try Interruption.check() }
          #expect(!Interruption.wasRequested)
        }
      },
      { first.request() },
    ])
    #expect(ended.withLock { $0 } == ["first: interrupted"])
    #expect(!Interruption.ofProcess.wasRequested)
  }

  @Test("a program that the operation waits for ends with it")
  func ofProgram() throws {
    let interruption = Interruption()
    #expect(throws: Interrupted.self) {
      try Threads.concurrently([
        { try interruption.covering { _ = try Subprocess(["sleep", "60"]).output() } },
        { interruption.request() },
      ])
      try interruption.covering { try Interruption.check() }
    }
  }

  @Test("an operation ends with the one that it is a part of, and not the other way round")
  func nested() throws {
    let (outer, inner) = (Interruption(), Interruption())
    outer.covering {
      inner.covering {
        outer.request()
        #expect(Interruption.isRequested)
      }
    }
    let (whole, part) = (Interruption(), Interruption())
    try whole.covering {
      part.covering { part.request() }
      try Interruption.check()
    }
  }

  @Test("what is better finished than stopped is finished, and then the operation ends")
  func shielded() throws {
    let interruption = Interruption()
    let calls = Mutex<[String]>([])
    #expect(throws: Interrupted.self) {
      try interruption.covering {
        try Interruption.shielded {
          try Interruption.withCanceller({ calls.withLock { $0.append("held back") } }) {
            try Interruption.withCanceller(isHeldBack: false, { calls.withLock { $0.append("called") } }) {
              interruption.request()
              try Interruption.check()
            }
          }
        }
        try Interruption.check()
      }
    }
    #expect(calls.withLock { $0 } == ["called"])
  }
}
