// Operations on a project: the lock that each needs, what it says while it waits, and its end before its time.

import ChunkStore
import DataSources
import FileSystem
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Sessions")
struct SessionTests {
  private let repository: Repository
  private let project: Project
  private let listener = Listener()

  init() throws {
    repository = try Repository()
    try repository.write("a.txt", "one\n")
    try repository.commit("first")
    project = try Project.at(repository.location(), .all)
  }

  private var session: ProjectSession {
    ProjectSession(
      project, progress: SilentProgress(), listener: listener, watcher: SilentServices(),
      background: NoWorker(), toolVersion: "test")
  }

  private func take(_ name: String = "full", _ session: ProjectSession? = nil) throws -> Manifest {
    try (session ?? self.session).take(CaptureRequest(name: CheckpointName(name), kind: .full)).manifest
  }

  // MARK: Whole operations

  @Test("a checkpoint is taken, brought back and undone without a command line")
  func wholeWay() throws {
    let id = try take().id
    try repository.write("a.txt", "two\n")
    let outcome = try session.goBack(GoBackRequest(.usual)) { plan in
      #expect(plan.target.id == id)
      return true
    }
    #expect(outcome?.target.id == id)
    #expect(try repository.read("a.txt") == "one\n")
    _ = try session.goBack(GoBackRequest(.replaced)) { _ in true }
    #expect(try repository.read("a.txt") == "two\n")
    let log = try session.looking { try OperationsLog($0.store).entries() }
    var operations: [String] = []
    while let entry = try log.next() { operations.append("\(entry.operation)") }
    #expect(operations == ["checkpoint", "rollback", "undo"])
  }

  @Test("what the user declines changes nothing")
  func declined() throws {
    _ = try take()
    try repository.write("a.txt", "two\n")
    #expect(try session.goBack(GoBackRequest(.usual)) { _ in false } == nil)
    #expect(try session.delete(["full"]) { _ in false } == nil)
    #expect(try repository.read("a.txt") == "two\n")
    let count = try session.looking { try $0.catalog.ids().count }
    #expect(count == 1)
  }

  // MARK: Locks

  /// Runs the body while another process, as it were, has the store.
  private func holding(_ mode: FileLock.Mode, _ body: () throws -> Void) throws {
    let lock = try project.openStore().lock(mode, waiting: 0)
    try body()
    withExtendedLifetime(lock) {}
  }

  @Test("looking never waits; reading and writing report what they wait for, and give up")
  func exclusive() throws {
    _ = try take()
    try holding(.exclusive) {
      let count = try session.looking { try $0.catalog.ids().count }
      #expect(count == 1 && listener.events.isEmpty)
      #expect(throws: StoreError.self) { try session.writing(patience: 0.4) { _ in } }
      #expect(listener.events == ["waiting"])
      #expect(throws: StoreError.self) { try session.alone(patience: 0.4) { _ in } }
    }
  }

  @Test("readers and writers share the store, and an operation that needs it for itself waits for both")
  func shared() throws {
    _ = try take()
    try holding(.shared) {
      try session.reading { _ in }
      try session.writing { _ in }
      #expect(throws: StoreError.self) { try session.alone(patience: 0.4) { _ in } }
    }
    try session.alone { _ in }
    // Who only looks keeps no one waiting.
    try session.looking { _ in try session.alone(patience: 0) { _ in } }
  }

  @Test("the user can agree to what comes with the repository while an interrupted operation waits for that")
  func consent() throws {
    try repository.write(".checkpointconfig", "[services]\n\tsmoke = true\n")
    let target = try take()
    let store = try project.openStore()
    try JournalFile(store).write(journal(target))
    let session = ProjectSession(
      try Project.at(repository.location(), .all), progress: SilentProgress(), listener: listener,
      watcher: SilentServices(), background: NoWorker(), toolVersion: "test")
    #expect(try !session.isTrusted)
    try session.giveConsent(to: session.trust)
    #expect(try session.isTrusted)
  }

  private func journal(_ target: Manifest) -> Journal {
    Journal(
      operation: .rollback, startedAt: SystemClock().now(), target: target.id, worktree: ".",
      scope: .everything, keepUntracked: false, token: OperationToken.make(at: SystemClock().now()))
  }

  @Test("while an interrupted operation is pending, only it may change something")
  func pending() throws {
    let target = try take()
    let store = try project.openStore()
    try JournalFile(store).write(journal(target))
    #expect(throws: PendingOperation.self) { try take("second") }
    #expect(throws: PendingOperation.self) { try session.delete(["full"]) { _ in true } }
    #expect(try session.standing().pending?.target == target.id)
    try session.reading { _ in }
    try session.alone(isResuming: true) { _ in }
  }

  // MARK: Ending early

  @Test("of two operations in one process only the cancelled one ends")
  func cancelled() throws {
    _ = try take()
    var (first, second) = (session, session)
    (first.interruption, second.interruption) = (Interruption(), Interruption())
    let interruption = first.interruption
    let (one, other) = (first, second)
    let isInterrupted = Mutex(false)
    try Threads.concurrently([
      {
        do {
          try one.reading { _ in
            interruption.request()
            try Interruption.check()
          }
        } catch is Interrupted { isInterrupted.withLock { $0 = true } }
      },
      {
        try other.reading { _ in
          while !isInterrupted.withLock({ $0 }) { try Interruption.check() }
          try Interruption.check()
        }
      },
    ])
    #expect(isInterrupted.withLock { $0 })
    #expect(throws: Interrupted.self) { try take("third", first) }
    #expect(try take("fourth", second).name == "fourth")
  }
}

private final class Listener: SessionListener {
  private let heard = Mutex<[String]>([])

  var events: [String] { heard.withLock { $0 } }

  func hear(_ event: SessionEvent) {
    let word = if case .waiting = event { "waiting" } else { "\(event)" }
    heard.withLock { $0.append(word) }
  }
}

private struct SilentServices: ServiceWatcher {
  func begins(_ command: ServiceCommand) {}
  func prints(_ bytes: UnsafeRawBufferPointer) {}
  func ended(_ run: ServiceRun) {}
  func warns(_ text: String) {}
}

private struct NoWorker: BackgroundStarter {
  func start(_ choice: SourceChoice, for project: Project, _ store: Store) {}
}
