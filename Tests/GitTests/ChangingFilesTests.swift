// A repository that changes while it is recorded: what is recorded of each file is a state that the file had at
// some moment, or the recording ends with an error that names the file. Never half of one state and half of another.

import FileSystem
import Git
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Files that change while they are recorded")
struct ChangingFilesTests {
  private let repository: Repository

  init() throws {
    repository = try Repository()
    try repository.write("still", "stays as it is\n")
    try repository.commit()
  }

  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }

  /// Records again and again while `change` runs on another thread.
  /// - Parameters:
  ///   - change: gets the number of its round.
  ///   - check: gets what was recorded at a path; nil if nothing was.
  private func record(
    _ paths: [BytePath], while change: @escaping @Sendable (_ round: Int) throws -> Void,
    check: @escaping @Sendable (_ path: BytePath, [UInt8]?) throws -> Void
  ) throws {
    let (stop, repository) = (Flag(), repository)
    try change(0)
    try Threads.concurrently([
      {
        var round = 1
        while !stop.isSet {
          try change(round)
          round += 1
        }
      },
      {
        defer { stop.set() }
        for _ in 0..<(LongHunt.isOn ? 8 : 3) {
          do {
            let state = try RoundTrip(repository).capture().state
            let database = try repository.database()
            var files: [BytePath: [UInt8]] = [:]
            try database.forEachFile(in: state.worktree) { files[$0] = try database.read($1.id) }
            for path in paths { try check(path, files[path]) }
            #expect(files["still"] == Array("stays as it is\n".utf8))
          } catch let error as FileChanged {
            #expect(paths.contains { error.path == $0 }, "\(error)")
          }
        }
      },
    ])
    #expect(try repository.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  private static func names(_ count: Int) -> [BytePath] { (0..<count).map { BytePath("changing/\($0)") } }

  private static func letter(_ round: Int) -> UInt8 { UInt8(ascii: "A") + UInt8(round % 26) }

  /// One letter, again and again.
  private static func content(_ round: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      _ = buffer.baseAddress.map { memset($0, Int32(letter(round)), count) }
      initialized = count
    }
  }

  /// The runs of equal letters, by words of eight.
  private static func runs(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { raw in
      var runs: [UInt64] = []
      for word in raw.bindMemory(to: UInt64.self) where word != runs.last { runs.append(word) }
      return runs.map { UInt8(truncatingIfNeeded: $0) }
    }
  }

  /// In a place that is not recorded.
  private static func replace(_ name: BytePath, by bytes: [UInt8], _ repository: Repository) throws {
    let temporary = repository.directory.appending("temporary")
    try TemporaryDirectory.write(temporary, bytes)
    try FileTree.makeDirectories(repository.path("changing"), mode: 0o755)
    try SystemFileOperations().rename(temporary, to: repository.path(name))
  }

  private static let sizes = [496, 50_000, 1_200_000]
  /// So many that each of them rests for a moment between two changes.
  private static func names(for byteCount: Int) -> [BytePath] {
    names(byteCount > 1 << 20 ? 12 : byteCount > 1000 ? 60 : 200)
  }

  @Test("files that are replaced whole, by a rename", arguments: LongHunt.cases([496, 50_000]))
  func replaced(byteCount: Int) throws {
    let repository = repository
    let names = Self.names(for: byteCount)
    try record(names) { round in
      try Self.replace(names[round % names.count], by: Self.content(round, byteCount), repository)
    } check: { path, bytes in
      guard let bytes else { return }
      #expect(bytes.count == byteCount && Self.runs(bytes).count == 1, "\(path): \(Self.runs(bytes))")
    }
  }

  /// The kernel writes from the front to the end: new letters, then those of the round before.
  private static func expectWrittenInOrder(_ path: BytePath, _ bytes: [UInt8]?, _ byteCount: Int) throws {
    let bytes = try #require(bytes, "\(path)")
    let runs = Self.runs(bytes)
    let isPossible = runs.count == 1 || (runs.count == 2 && (runs[0] == runs[1] + 1 || runs == [65, 90]))
    #expect(bytes.count == byteCount && isPossible, "\(path): \(runs)")
  }

  @Test(
    "files that are written over in place",
    arguments: LongHunt.cases(sizes))
  func writtenOver(byteCount: Int) throws {
    let repository = repository
    let names = Self.names(for: byteCount)
    for name in names { try repository.write(name, bytes: Self.content(0, byteCount)) }
    try record(names) { round in
      let file = try OpenFile.open(repository.path(names[round % names.count]), flags: O_WRONLY)
      try SystemFileOperations().write(Self.content(round / names.count, byteCount), to: file)
    } check: {
      try Self.expectWrittenInOrder($0, $1, byteCount)
    }
  }

  @Test("files that are written over in place, with the same time afterwards")
  func writtenOverWithEqualTimes() throws {
    let (repository, byteCount) = (repository, 1_200_000)
    let names = Self.names(for: byteCount)
    for name in names { try repository.write(name, bytes: Self.content(0, byteCount)) }
    try record(names) { round in
      let file = try OpenFile.open(repository.path(names[round % names.count]), flags: O_WRONLY)
      try SystemFileOperations().write(Self.content(round / names.count, byteCount), to: file)
      let time = timespec(tv_sec: 1_700_000_000, tv_nsec: 0)
      futimens(file.descriptor, [time, time])
    } check: {
      try Self.expectWrittenInOrder($0, $1, byteCount)
    }
  }

  @Test("files that only grow: what is recorded is their beginning, in whole lines")
  func appended() throws {
    let repository = repository
    let names = Self.names(for: 10)
    for name in names { try repository.write(name, "") }
    @Sendable func line(_ number: Int) -> [UInt8] { Array(String(1_000_000 + number).utf8) + [0x0A] }
    try record(names) { round in
      let file = try OpenFile.open(repository.path(names[round % names.count]), flags: O_WRONLY | O_APPEND)
      try SystemFileOperations().write(line(round / names.count), to: file)
    } check: { path, bytes in
      let bytes = try #require(bytes, "\(path)")
      #expect(bytes == (0..<bytes.count / 8).flatMap(line), "\(path)")
    }
  }

  @Test(
    "files that are emptied and written again: one letter each, however many",
    arguments: LongHunt.cases([496, 50_000]))
  func truncated(byteCount: Int) throws {
    let repository = repository
    let names = Self.names(for: byteCount)
    for name in names { try repository.write(name, bytes: Self.content(0, byteCount)) }
    try record(names) { round in
      try TemporaryDirectory.write(
        repository.path(names[round % names.count]), Self.content(round / names.count, byteCount))
    } check: { path, bytes in
      let bytes = try #require(bytes, "\(path)")
      #expect(bytes.count <= byteCount && Self.runs(bytes).count <= 1, "\(path): \(Self.runs(bytes))")
    }
  }

  @Test(
    "files that vanish, become directories or links, and come back"
  )
  func kinds() throws {
    let repository = repository
    let names = Self.names(for: 10)
    for name in names.prefix(100) { try repository.write(name, "file 0\n") }
    try repository.commit("half of them are tracked")
    let paths = names + names.map { $0.appending("below") }
    try record(paths) { round in
      let name = names[round % names.count]
      try repository.remove(name)
      switch round / names.count % 4 {
      case 0: try Self.replace(name, by: Array("file \(round)\n".utf8), repository)
      case 1: try repository.write(name.appending("below"), "below \(round)\n")
      case 2: try repository.link(name, to: BytePath("link \(round)"))
      default: break
      }
    } check: { path, bytes in
      guard let bytes else { return }
      let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      #expect(words.count == 2 || bytes == [], "\(path)")
      #expect(path.lastComponent != "below" || bytes == [] || words[0] == "below", "\(path): \(words)")
    }
  }
}
