// `prune`, `gc`, `archive` and `delete` are killed at any moment while a checkpoint is taken. Every remaining checkpoint is whole, and
// the next run is clean.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Pruning, killed at any moment", .waiting, .longHunt)
struct PruneKillTests {
  private static let commands: [[BytePath]] = [
    ["prune", "--yes"], ["gc"], ["delete", "--yes"], ["prune", "--yes", "--now"], ["gc", "--now"],
    ["archive", "kept"],
  ]

  @Test("what is left is whole, and the next run is clean", arguments: commands)
  func killed(_ command: [BytePath]) throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.retention.custom.keepLast", "4")
    var random = SeededGenerator()
    /// Few contents, so that most of them are stored already, or in the trash.
    func take() throws -> String {
      for file in [".env", ".env.local", ".env.test"] as [BytePath] {
        let number = Int.random(in: 0..<6, using: &random)
        try scene.repository.write(file, String(repeating: "NUMBER=\(number)\n", count: 500), mode: 0o600)
      }
      return try scene.take("custom", "kept", "--no-database")
    }
    func age() throws {
      // What lies in the trash is a day old, so that it goes.
      try Program.run([
        "sh", "-c", "find '\(scene.store)/trash' -type f -exec touch -d '2 days ago' {} + 2>/dev/null; :",
      ])
      .succeeded()
    }
    for _ in 0..<6 { _ = try take() }
    for round in 1...Rounds.count(20) {
      let delay = Double.random(in: 0...0.05, using: &random)
      let comment: Comment = "seed \(random.seed), round \(round), killed after \(delay) s"
      // One that was archived before, as well.
      let words = command[0] == "delete" ? command + ["kept"] : command
      if command[0] == "delete" && round.isMultiple(of: 2) { _ = try scene.run("archive", "kept") }
      let beside = try scene.program.start(["custom", "beside", "--no-database"])
      _ = try scene.program.start(words).kill(after: delay)
      let result = beside.wait()
      // It waits for what has the store alone.
      #expect(result.code == 0, "\(comment), \(result)")
      try age()
      let verified = try scene.run("verify", "--all")
      let killed = verified.text.contains("its manifest is gone")
      #expect(verified.code == 0 || killed, "\(comment), \(verified)")
      // Whoever writes next finishes what the killed one began.
      _ = try take()
      let after = try scene.run("verify", "--all")
      #expect(after.code == 0, "\(comment), \(after)")
      try scene.expectNone(scene.leftovers(), "\(comment)")
      let next = try scene.run("gc")
      #expect(next.code == 0, "\(comment), \(next)")
      try age()
    }
    try scene.checkpoint("gc", "--now")
    try scene.checkpoint("verify", "--all")
    let left = try scene.run("gc", "--now", "--json").succeeded().json()
    #expect(left["removed"]?["chunks"] == .number(0))
  }
}
