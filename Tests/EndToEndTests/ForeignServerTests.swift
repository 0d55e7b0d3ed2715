// Servers that are not what they must be: of versions that we do not know yet or no longer support, and poolers.

import FileSystem
import TestSupport
import Testing

@Suite("Servers that do not fit")
struct ForeignServerTests {
  private func expectRefusal(version: String, _ texts: String...) throws {
    let server = try ScriptedServer(version: version)
    let scene = try Scene.small()
    for arguments: [BytePath] in [["full"], ["database"]] {
      let result = try scene.program.run(arguments + ["--database", server.url])
      #expect(result.code == 1, "\(result)")
      for text in texts + ["error: ", "hint: "] {
        #expect(result.errorText.contains(text), "“\(text)” in \(result)")
      }
    }
    #expect(try scene.names(in: "manifests") == [])
    try scene.expectNone(scene.leftovers() + scene.refs())
    // The rest of the project can still be recorded.
    try scene.checkpoint("full", "--no-database", "--database", server.url)
  }

  @Test(
    "a server of a version that is not supported is refused by name",
    arguments: ["11.22", "9.6.24", "19.1", "20devel"])
  func versions(_ version: String) throws {
    try expectRefusal(
      version: version, "it is PostgreSQL \(version), and 12 to 18 are supported", "--no-database")
  }

  @Test("a pooler, which gives the process number of another connection, is named")
  func pooler() throws {
    try expectRefusal(version: "15.4", "pooler", "direct URL")
  }
}
