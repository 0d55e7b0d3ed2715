// The stage for what goes wrong in the middle of a rollback: what happens while the project's own stop or build command runs
// happens at a known moment, without anything in the program that is there only for tests.

import FileSystem
import Glibc
import TestSupport
import Testing

/// A project with a checkpoint named “good”, and what came after it.
struct Moment {
  let scene: Scene
  let database: TestDatabase
  let id: String
  /// At the checkpoint, and now.
  let good: Picture
  let bad: Picture

  init(_ rights: PostgresServer.Rights = .createDatabases, server: PostgresServer? = nil) throws {
    scene = try Scene.small(rights, server: server)
    database = try #require(scene.database)
    try database.psql("CREATE TABLE version (word text); INSERT INTO version VALUES ('good')")
    good = try scene.picture()
    id = try scene.take("custom", "good")
    try database.psql("UPDATE version SET word = 'bad'; DROP TABLE things")
    try scene.repository.write("a.txt", "two\n")
    try scene.repository.write("later.txt", "later\n")
    bad = try scene.picture()
  }

  func warm() throws -> String {
    try scene.checkpoint("warm", id)
    return try #require(database.relatives().first { $0.contains("_warm_") })
  }

  /// What happens while a rollback runs its stop or build command, once.
  func during(_ step: String, _ command: String) throws {
    let mark = scene.directory.path.appending("happened")
    try FileTree.remove(mark)
    try scene.repository.git(
      "config", "checkpoint.services.\(step)",
      BytePath("[ -e '\(mark)' ] || { touch '\(mark)'; \(command); }"))
  }

  /// Words of a command that runs SQL as the server's superuser.
  func sql(_ text: String) -> String {
    "\(database.server.programs)/psql -Xqv ON_ERROR_STOP=1 -h \(database.server.directory) -U postgres -c '\(text)' postgres"
  }

  func server(_ sql: String) throws { try database.server.psql(sql) }

  /// A rollback that is killed while the command runs; nothing of it goes on.
  func killed(in step: String) throws {
    try during(step, "kill -9 $PPID")
    let result = try scene.run("rollback", "--yes", id)
    try #require(result.signal == SIGKILL, "\(result)")
    #expect(try isPending)
  }

  var isPending: Bool { get throws { try scene.run("status", "--json").json()["pending"]?.string != nil } }

  func settle(_ direction: BytePath, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let result = try scene.run("rollback", direction)
    try #require(result.code == 0, "\(result)", sourceLocation: sourceLocation)
    try scene.expect(direction == "--abort" ? bad : good, sourceLocation: sourceLocation)
    #expect(try !isPending, sourceLocation: sourceLocation)
  }

  /// The command fails with these words, and what was pending still is.
  func refuses(
    _ arguments: any BytePathConvertible..., with texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try scene.program.run(arguments)
    #expect(result.code == 1, "\(result)", sourceLocation: sourceLocation)
    for text in ["error: "] + texts {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
    }
  }
}
