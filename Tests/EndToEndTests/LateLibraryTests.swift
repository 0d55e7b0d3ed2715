// Libraries that are loaded when they are needed: a project without a database needs no libpq, and one with a database is told
// if it is not there.

import FileSystem
import TestSupport
import Testing

@Suite("Libraries that are loaded late", .needsPostgreSQL)
struct LateLibraryTests {
  /// Puts empty files in the place of libraries, so that the program cannot load these.
  private func hide(_ libraries: BytePath..., from scene: Scene) throws {
    let directory = scene.directory.path.appending("libraries")
    for library in libraries { try TemporaryDirectory.write(directory.appending(library), []) }
    scene.program.environment["LD_LIBRARY_PATH"] = "\(directory)"
  }

  @Test("what needs neither PostgreSQL nor tar archives works without their libraries")
  func notNeeded() throws {
    let scene = try Scene.small()
    try hide("libpq.so.5", "libarchive.so.13", from: scene)
    try scene.checkpoint("full")
    for words in [["list"], ["show"], ["status"], ["verify"], ["diff"], ["check"], ["stats"]] as [[BytePath]]
    {
      try scene.program.run(words).succeeded()
    }
    try scene.repository.write("a.txt", "changed\n")
    try scene.checkpoint("rollback", "--yes")
    #expect(try scene.repository.read("a.txt") != "changed\n")
  }

  @Test("what needs one that is missing says so, and nothing is lost")
  func missing() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("full")
    let before = try scene.picture()
    try hide("libpq.so.5", "libarchive.so.13", from: scene)
    let refused = try scene.run("full")
    #expect(refused.code == 127 && refused.errorText.contains("libpq.so.5"), "\(refused)")
    let export = try scene.run("export", "latest", "--format", "tar.gz", "-o", "x")
    #expect(
      export.code == 1 && export.errorText.contains("libarchive.so.13: "), "\(export)")
    scene.program.environment["LD_LIBRARY_PATH"] = nil
    try scene.checkpoint("verify")
    try scene.expect(before)
  }
}
