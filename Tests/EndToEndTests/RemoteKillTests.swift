// `push` and `pull` are killed at any moment. What a remote lists is whole at every moment, so is what the store has, and the
// next run brings what is missing.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Pushing and pulling, killed at any moment", .waiting, .longHunt)
struct RemoteKillTests {
  @Test("what is there is whole, and the next run is clean")
  func killed() throws {
    let scene = try Scene.small()
    let remote = scene.directory.path.appending("away")
    try scene.checkpoint("remote", "add", "away", remote)
    var other = scene.program
    other.directory = scene.directory.path.appending("other")
    try scene.repository.git("clone", "-q", scene.repository.top, other.directory)
    try other.run(["remote", "add", "away", remote]).succeeded()
    var random = SeededGenerator()
    for round in 1...Rounds.count(20) {
      let delays = (0..<2).map { _ in Double.random(in: 0...0.15, using: &random) }
      let comment: Comment = "seed \(random.seed), round \(round), killed after \(delays)"
      try scene.repository.write(
        ".env.local", String(repeating: "\(round)\n", count: 20_000 + round), mode: 0o600)
      try scene.repository.write("b.txt", "\(round)\n")
      let id = try scene.take("custom", "kept", "--no-database")
      _ = try scene.program.start(["push", "--all"]).kill(after: delays[0])
      let there = try scene.run("verify", "--remote", "away")
      #expect(there.code == 0, "\(comment), \(there)")
      try scene.checkpoint("push", "--all")
      #expect(try scene.checkpoint("list", "--remote", "away").text.contains(id), "\(comment)")
      _ = try other.start(["pull", "--all"]).kill(after: delays[1])
      let here = try other.run(["verify", "--all"])
      #expect([0, 10].contains(here.code), "\(comment), \(here)")
      try other.run(["pull", "--all"]).succeeded()
      let after = try other.run(["verify", "--all"])
      #expect(after.code == 0 && after.text.contains(id), "\(comment), \(after)")
      // The next checkpoint removes what the killed ones left.
      try other.run(["custom", "own"]).succeeded()
      let left = try FileTree.list(other.directory.appending(".git/checkpoints/tmp"))
      #expect(left.isEmpty, "\(comment), \(left)")
    }
  }
}
