// A disk that is full when a rollback or a checkpoint needs room, at every step at which that can happen: an error that
// says so, and everything as it was.

import FileSystem
import TestSupport
import Testing

@Suite("A full disk", .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
struct FullDiskTests {
  /// How much room is left, in kilobytes: from none to enough.
  private static let levels = [0, 8, 32, 64, 96, 112, 120, 128, 160, 256, 512, 1024, 4096]

  /// Work in progress, with files that take room, on a disk of its own.
  private func onSmallDisk(
    megabytes: Int = 12, _ body: (Scene, SampleRepository, SmallFileSystem) throws -> Void
  ) throws {
    let scene = try Scene()
    try SmallFileSystem.with(at: scene.repository.top, byteCount: megabytes << 20) { disk in
      let repository = try SampleRepository(at: disk.directory, program: scene.program)
      try repository.fill()
      try repository.work(databaseURL: nil)
      for number in 0..<4 { try repository.write("large/\(number)", noise()) }
      try body(scene, repository, disk)
    }
  }

  /// Bytes that no compression makes smaller.
  private func noise() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<37_500).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
  }

  private func scramble(_ repository: SampleRepository) throws {
    try repository.git("checkout", "-q", "-b", "other")
    try repository.commit("Later")
    try repository.git("branch", "-f", "main")
    try repository.scramble()
    for number in 0..<4 { try repository.write("large/\(number)", "small\n") }
  }

  private func saysSo(_ result: ProgramResult) -> Bool {
    result.errorText.contains("No space left on device") || result.errorText.contains("Out of diskspace")
  }

  @Test("a rollback that runs out of room leaves everything as it was, and succeeds when there is enough")
  func rollback() throws {
    try onSmallDisk { scene, repository, disk in
      let before = try scene.picture()
      let id = try scene.take("full")
      try scramble(repository)
      let broken = try scene.picture()
      var codes: [Int32?] = []
      for level in Self.levels {
        try disk.fill(leaving: level << 10)
        let result = try scene.run("rollback", "--yes", id)
        try disk.empty()
        codes.append(result.code)
        if result.code == 0 { break }
        #expect(result.code == 1 && result.errorText.hasPrefix("error: "), "\(level) kB: \(result)")
        try scene.expect(broken, "\(level) kB: \(result)")
        let isPending = try scene.run("status", "--json").json()["pending"] != nil
        #expect(!isPending, "\(level) kB: \(result)")
        try scene.expectNone(scene.leftovers())
      }
      #expect(codes.count > 8 && codes.last == 0, "\(codes)")
      try scene.expect(before, except: ["branch", "branches"])
      try scene.checkpoint("undo", "--yes")
      try scene.expect(broken)
      try scene.checkpoint("verify", "--all")
    }
  }

  @Test("every error names the full disk, and hints at making room")
  func messages() throws {
    try onSmallDisk { scene, repository, disk in
      let id = try scene.take("full")
      try scramble(repository)
      for level in Self.levels {
        for command: [BytePath] in [["full"], ["rollback", "--yes", "\(id)"]] {
          try disk.fill(leaving: level << 10)
          let result = try scene.program.run(command)
          try disk.empty()
          if result.code == 0 { return }
          #expect(saysSo(result) && result.errorText.contains("make room"), "\(level) kB: \(result)")
        }
      }
    }
  }

  @Test("if even putting back needs room, the error says so, and --abort does it when there is room again")
  func noRoomForTheIndex() throws {
    try onSmallDisk(megabytes: 40) { scene, repository, disk in
      for number in 0..<1500 { try repository.write("many/\(number % 30)/\(number)", "\(number)\n") }
      try repository.git("add", "many")
      let id = try scene.take("full")
      try scramble(repository)
      let broken = try scene.picture()
      // Somewhere here there is room for the rescue, and none for a second index of 150 kB.
      for level in [128, 256, 320, 384] {
        try disk.fill(leaving: level << 10)
        let result = try scene.run("rollback", "--yes", id)
        try disk.empty()
        #expect(result.code == 1, "\(level) kB: \(result)")
        if try scene.run("status", "--json").json()["pending"] != nil {
          #expect(result.errorText.contains("--abort") && saysSo(result), "\(level) kB: \(result)")
          try scene.checkpoint("rollback", "--abort")
        }
        try scene.expect(broken, "\(level) kB: \(result)")
      }
      try scene.checkpoint("verify", "--all")
    }
  }

  @Test("a checkpoint that runs out of room leaves nothing behind, and the earlier ones sound")
  func checkpoint() throws {
    try onSmallDisk { scene, repository, disk in
      try scene.checkpoint("full")
      try repository.scramble()
      for number in 0..<4 { try repository.write("large/\(number)", noise()) }
      let now = try scene.picture()
      let count = try scene.names(in: "manifests").count
      var codes: [Int32?] = []
      for level in Self.levels {
        try disk.fill(leaving: level << 10)
        let result = try scene.run("full")
        try disk.empty()
        codes.append(result.code)
        if result.code == 0 { break }
        #expect(result.code == 1 && result.errorText.hasPrefix("error: "), "\(level) kB: \(result)")
        try scene.expectNone(scene.leftovers(), "\(level) kB")
        #expect(try scene.names(in: "manifests").count == count)
      }
      #expect(codes.count > 5 && codes.last == 0, "\(codes)")
      try scene.expect(now)
      try scene.checkpoint("verify", "--all")
    }
  }
}
