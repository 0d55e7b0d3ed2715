// What can happen on the server while a rollback is at work, or after it was killed: the server is restarted, rights are
// taken away, databases renamed or written to, clients come back again and again.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Bad moments", .needsPostgreSQL, .longHunt)
struct BadMomentTests {
  @Test(
    "clients that reconnect in a tight loop do not stop a rollback, and end up in the restored database",
    arguments: LongHunt.cases([true, false]))
  func reconnecting(isWarm: Bool) throws {
    let moment = try Moment()
    if isWarm { _ = try moment.warm() }
    let place = moment.scene.directory.path
    let clients = try (1...2).map { number in
      try Program.start([
        "sh", "-c",
        "while :; do \(moment.database.server.programs)/psql -XAtc 'SELECT word FROM version' '\(moment.database.url)' >>'\(place)/seen\(number)' 2>&1; done",
      ])
    }
    func seen(_ number: Int) throws -> String {
      let file = place.appending("seen\(number)")
      return FileTree.exists(file) ? String(decoding: try FileTree.readAll(file), as: UTF8.self) : ""
    }
    for number in 1...2 {
      try moment.scene.wait(for: "client \(number)") { try seen(number).contains("bad") }
    }
    let result = try moment.scene.run("rollback", "--yes", moment.id)
    #expect(result.code == 0, "\(result)")
    for number in 1...2 {
      try moment.scene.wait(for: "client \(number) after it") { try seen(number).hasSuffix("good\n") }
    }
    for client in clients {
      _ = kill(-client.process, SIGKILL)
      _ = client.wait()
    }
    try moment.scene.expect(moment.good)
  }

  /// The tests' servers do not wait for their log to be written (synchronous_commit), and a crash loses what was not: so
  /// these are about that, too.
  @Test(
    "a server that is restarted in the middle does not stop a rollback",
    arguments: LongHunt.cases(["stop", "build"]))
  func restarted(in step: String) throws {
    let server = try PostgresServer.separate()
    let moment = try Moment(server: server)
    let restart = server.restartCommand.map(\.description).joined(separator: " ")
    try moment.during(step, "\(restart) >/dev/null")
    let result = try moment.scene.run("rollback", "--yes", moment.id)
    #expect(result.code == 0, "\(result)")
    try moment.scene.expect(moment.good)
    try moment.scene.checkpoint("undo", "--yes")
    try moment.scene.expect(moment.bad)
  }

  @Test("killed, and the server restarted as well: continued and aborted")
  func killedAndRestarted() throws {
    let server = try PostgresServer.separate()
    let moment = try Moment(server: server)
    let ways = [
      ("stop", "--abort", true), ("stop", "--continue", false), ("build", "--abort", false),
      ("build", "--continue", true),
    ]
    for (step, direction, isWarm) in ways {
      if isWarm { _ = try moment.warm() }
      try moment.killed(in: step)
      try server.restart()
      try moment.settle(BytePath(direction))
      try moment.scene.repository.git("config", "--unset", "checkpoint.services.\(step)")
      if direction == "--continue" { try moment.scene.checkpoint("undo", "--yes") }
      try moment.scene.expect(moment.bad)
    }
  }

  @Test("the right to create databases lost after warming: the clone stays, the contents come back in place")
  func createDatabaseRevoked() throws {
    let moment = try Moment()
    let clone = try moment.warm()
    try moment.server("ALTER ROLE \(moment.database.role) NOCREATEDB")
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
    #expect(try moment.database.relatives() == [clone])
  }

  @Test(
    "begun in place and killed, it goes on in place, whatever rights there are now",
    arguments: LongHunt.cases(["--abort", "--continue"] as [BytePath]))
  func rightsGivenMeanwhile(_ direction: BytePath) throws {
    let moment = try Moment(.plain)
    try moment.killed(in: "build")
    try moment.server("ALTER ROLE \(moment.database.role) CREATEDB")
    try moment.settle(direction)
    #expect(try moment.database.relatives() == [])
  }

  @Test("a database that belongs to another role now is not changed")
  func ownershipLost() throws {
    let moment = try Moment()
    try moment.server("ALTER DATABASE \(moment.database.name) OWNER TO postgres")
    let before = try moment.scene.picture()
    try moment.refuses(
      "rollback", "--yes", moment.id, with: "the owner of \(moment.database.name), may replace it",
      "hint: connect as postgres")
    try moment.scene.expect(before)
    #expect(try !moment.isPending && moment.database.relatives() == [])
  }

  @Test("a warm clone that is opened between its choice and the swap never becomes the live database")
  func cloneOpened() throws {
    let moment = try Moment()
    let clone = try moment.warm()
    try moment.during("stop", moment.sql("ALTER DATABASE \"\(clone)\" ALLOW_CONNECTIONS true"))
    try moment.refuses("rollback", "--yes", moment.id, with: "\(clone) was opened or altered", "hint: ")
    try moment.scene.expect(moment.bad)
    #expect(try !moment.isPending)
    #expect(try moment.database.relatives() == [clone])
    // Then it is no clone any more, and the way is the cold one.
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
    #expect(try moment.database.relatives().contains(clone))
  }

  @Test(
    "a live database that is renamed in the middle stays as it is, and everything goes back",
    arguments: LongHunt.cases([true, false]))
  func renamedMeanwhile(isReplaced: Bool) throws {
    let moment = try Moment()
    let (name, mine) = (moment.database.name, "\(moment.database.name)_mine")
    var command = moment.sql("ALTER DATABASE \(name) RENAME TO \(mine)")
    if isReplaced { command += " && \(moment.sql("CREATE DATABASE \(name) OWNER \(moment.database.role)"))" }
    try moment.during("stop", command)
    try moment.refuses("rollback", "--yes", moment.id, with: "renamed by another session meanwhile")
    #expect(try !moment.isPending)
    #expect(try moment.database.relatives() == [mine])
    if isReplaced { try moment.server("DROP DATABASE \(name)") }
    try moment.server("ALTER DATABASE \(mine) RENAME TO \(name)")
    try moment.scene.expect(moment.bad)
  }

  @Test("renamed before, it is made anew; renamed after a kill, only --abort goes on, and harms nothing")
  func renamed() throws {
    let moment = try Moment()
    let (name, mine) = (moment.database.name, "\(moment.database.name)_mine")
    try moment.killed(in: "stop")
    try moment.server("ALTER DATABASE \(name) RENAME TO \(mine)")
    try moment.refuses("rollback", "--continue", with: "renamed by another session meanwhile")
    let aborted = try moment.scene.checkpoint("rollback", "--abort")
    #expect(aborted.printed.contains("it is called \(mine)"), "\(aborted)")
    #expect(try moment.database.relatives() == [mine])
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
    #expect(try moment.database.relatives() == [mine])
    #expect(try moment.database.server.psql("SELECT word FROM version", in: mine) == "bad")
    try moment.server("DROP DATABASE \(mine)")
  }
}

extension BadMomentTests {
  @Test("renamed back after a refusal, the rollback goes on, and undo finds what it replaced")
  func renamedBack() throws {
    let moment = try Moment()
    let (name, mine) = (moment.database.name, "\(moment.database.name)_mine")
    try moment.killed(in: "stop")
    try moment.server("ALTER DATABASE \(name) RENAME TO \(mine)")
    try moment.refuses("rollback", "--continue", with: "renamed by another session meanwhile")
    try moment.server("ALTER DATABASE \(mine) RENAME TO \(name)")
    try moment.settle("--continue")
    try moment.scene.checkpoint("undo", "--yes")
    try moment.scene.expect(moment.bad)
  }

  @Test(
    "the restored database renamed after a kill: --abort brings the earlier one back, and leaves that alone")
  func restoredOneRenamed() throws {
    let moment = try Moment()
    let (name, mine) = (moment.database.name, "\(moment.database.name)_mine")
    try moment.killed(in: "build")
    try moment.server("ALTER DATABASE \(name) RENAME TO \(mine)")
    try moment.settle("--abort")
    #expect(try moment.database.relatives() == [mine])
    try moment.server("DROP DATABASE \(mine)")
  }
}
