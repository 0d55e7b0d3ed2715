// The list on the command line, with so many checkpoints that it keeps a cache.

import FileSystem
import TestSupport
import Testing

@Suite("List of many checkpoints")
struct ListTests {
  /// Without the column that changes with time, which moves the others, too.
  private func lines(_ scene: Scene) throws -> [String] {
    try scene.checkpoint("list").lines.map { line in
      line.replacing(#/\d+ (min|s|h) ago|now/#, with: "").replacing(#/  +/#, with: "  ")
    }
  }

  @Test("whatever commands do to checkpoints is listed at once, and the same without the cache")
  func changes() throws {
    let scene = try Scene.small()
    let ids = try (0..<40).map { number in
      try scene.repository.write("a.txt", "\(number)\n")
      return try scene.take(number % 8 == 0 ? "full" : "incremental")
    }
    _ = try lines(scene)
    let cache = scene.store.appending("listing.cache")
    #expect(FileTree.exists(cache))
    func state(_ id: String) throws -> String? {
      try lines(scene).first { $0.hasPrefix("\(id) ") }?.split(separator: "  ").last.map(String.init)
    }
    #expect(try state(ids[20]) == "recorded")
    try scene.checkpoint("mark", BytePath(ids[20]), "critical")
    #expect(try state(ids[20]) == "critical, recorded")
    try scene.checkpoint("verify", BytePath(ids[21]))
    #expect(try state(ids[21]) == "verified")
    try scene.checkpoint("delete", "--yes", BytePath(ids[22]))
    #expect(try state(ids[22]) == nil)
    let late = try scene.take("custom", "late")
    #expect(try state(late) == "recorded")
    // A release makes what was taken there stable, without any of its files changing.
    try scene.repository.git("checkout", "-q", "--", ".")
    let clean = try scene.take("custom", "clean")
    #expect(try state(clean) == "recorded")
    try scene.repository.git("tag", "v1")
    #expect(try state(clean) == "stable, recorded")
    let withCache = try lines(scene)
    try FileTree.remove(cache)
    #expect(try lines(scene) == withCache && withCache.count == 42)
  }
}
