// Servers that never come to an end: each is given up, and Ctrl-C is obeyed meanwhile. A statement that takes long is none.

import FileSystem
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("Servers without an end", .waiting, .longHunt)
struct UnendingServerTests {
  private func open(_ server: ScriptedServer) throws -> Connection {
    try Connection.open(ConnectionParameters(parsing: server.url), timeout: 2)
  }

  /// Seconds that `body` takes.
  private func time(_ body: () throws -> Void) rethrows -> Double {
    let start = MonotonicTime.now
    try body()
    return MonotonicTime.now - start
  }

  @Test(
    "the limit of time for a connection holds, whatever is sent instead of an answer",
    arguments: LongHunt.cases(
      [
        .silence(after: 0), .silence(after: -1), .notices(after: 0), .rows(after: 0), .settings,
      ] as [ScriptedServer.Conduct]))
  func connecting(_ conduct: ScriptedServer.Conduct) throws {
    let server = try ScriptedServer(conduct)
    let seconds = time {
      let error = #expect(throws: DatabaseError.self) { try open(server) }
      #expect(error?.message.contains("timeout expired") == true, "\(String(describing: error))")
      #expect(error?.connectFailure == .unreachable, "\(String(describing: error))")
    }
    // Without the limit it would go on for ever; a busy machine takes its time.
    #expect(seconds < 30)
  }

  @Test("a statement without an answer is given up once the server answers no new session")
  func silence() throws {
    let server = try ScriptedServer(.silence(after: 1))
    let connection = try open(server)
    connection.patience.silence = 0.5
    connection.patience.tries = 2
    connection.patience.tryLimit = 2
    let error = #expect(throws: DatabaseError.self) { try connection.query("SELECT 1") }
    #expect(error?.message == "the server does not answer any more")
    #expect(throws: DatabaseError.self) { try connection.execute("SELECT 1") }
  }

  @Test("a statement that takes longer is waited for", .needsPostgreSQL)
  func longStatement() throws {
    let database = try PostgresServer.shared().makeDatabase()
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    connection.patience.silence = 0.3
    connection.patience.tries = 1
    #expect(try connection.query("SELECT 'done' FROM pg_sleep(2)").first?[0] == "done")
  }

  @Test("an answer of any length is not held, and the connection lives on", .needsPostgreSQL)
  func longAnswer() throws {
    let database = try PostgresServer.shared().makeDatabase()
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    let error = #expect(throws: DatabaseError.self) {
      try connection.query("SELECT repeat('x', 1000000) FROM generate_series(1, 100000000)")
    }
    #expect(error?.message == "the answer is longer than 256 MB")
    #expect(try connection.query("SELECT 'next'").first?[0] == "next")
    // Rows of a script are dropped as they come.
    try connection.execute(script: Array("SELECT repeat('x', 1000) FROM generate_series(1, 10000)".utf8))
  }

  @Test("rows of a statement that was cancelled come to an end")
  func cancelled() throws {
    let server = try ScriptedServer(.rows(after: 1))
    let connection = try open(server)
    Threads.detach {
      while !server.isStuck { usleep(2_000) }
      connection.cancel()
    }
    let error = #expect(throws: DatabaseError.self) { try connection.execute("SELECT 1") }
    #expect(error?.message == "the server went on with a statement that was cancelled")
  }

  @Test("columns that a server leaves out end nothing, and are an error of the next statement")
  func columns() throws {
    let connection = try open(ScriptedServer())
    let row = try #require(try connection.query("SELECT 1, 2").first)
    #expect(row[0] == "12345")
    try connection.execute("SELECT 1")
    #expect(row[1] == nil)
    let error = #expect(throws: DatabaseError.self) { try connection.execute("SELECT 1") }
    #expect(error?.message == "the server left out columns that were asked for")
  }

  @Test(
    "Ctrl-C ends a command that waits for such a server",
    arguments: LongHunt.cases(
      [.silence(after: 2), .notices(after: 2), .rows(after: 2), .silence(after: 0)]
        as [ScriptedServer.Conduct]))
  func interrupt(_ conduct: ScriptedServer.Conduct) throws {
    let scene = try Scene.small()
    let server = try ScriptedServer(conduct)
    let program = try scene.program.start(["full", "--database", server.url])
    let start = MonotonicTime.now
    while !server.isStuck && MonotonicTime.now - start < 30 { usleep(2_000) }
    #expect(server.isStuck)
    var result: ProgramResult?
    let seconds = time {
      program.send(SIGINT)
      result = program.wait()
    }
    #expect(result?.code == 130 && seconds < 15, "\(seconds) s, \(String(describing: result))")
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test(
    "Ctrl-C ends a command that only looks, and what was not found out is not taken for nothing",
    arguments: LongHunt.cases([["status"], ["diff"]] as [[BytePath]]))
  func interruptedLook(words: [BytePath]) throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    let server = try ScriptedServer(.silence(after: 2))
    let program = try scene.program.start(words + ["--database", BytePath(server.url)])
    let start = MonotonicTime.now
    while !server.isStuck && MonotonicTime.now - start < 30 { usleep(2_000) }
    program.send(SIGINT)
    let result = program.wait()
    #expect(result.code == 130 && result.text == "", "\(result)")
  }
}
