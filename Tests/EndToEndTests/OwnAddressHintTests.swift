// An address of the repository that the user has not agreed to: what the error advises works.

import FileSystem
import TestSupport
import Testing

@Suite("Advice for a user's own address", .needsPostgreSQL)
struct OwnAddressHintTests {
  @Test(
    "the setting that the hint names counts for more than the repository's",
    arguments: ["database", "database \"main\"", "database \"b\"", "database \"of b\""])
  func setting(section: String) throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try scene.repository.remove(".env")
    try scene.repository.write(
      ".checkpointconfig", "[\(section)]\n\turl = postgresql://nobody@127.0.0.1:1/elsewhere\n")
    try scene.repository.commit("Settings")
    let refused = try scene.run("full")
    #expect(refused.code == 1 && refused.errorText.contains("have not trusted"), "\(refused)")
    let advice = try #require(refused.errorText.firstMatch(of: /your own instead: (git config \S.* )URL/))
    let command = BytePath(advice.1 + "'\(database.url)'")
    let result = try Program.run(
      ["sh", "-c", command], environment: ["HOME": scene.program.home.description],
      directory: scene.repository.top)
    #expect(result.code == 0, "\(result)")
    let taken = try scene.checkpoint("full")
    #expect(!taken.errorText.contains("trusted"), "\(taken)")
    #expect(try scene.checkpoint("show", "latest").printed.contains("database"))
  }
}
