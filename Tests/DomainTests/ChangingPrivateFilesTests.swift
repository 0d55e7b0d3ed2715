// Private files that change while they are put into the store: each is recorded as it was at some moment, or the
// recording ends with an error that names one.

import ChunkStore
import FileSystem
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Private files that change while they are recorded")
struct ChangingPrivateFilesTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private static let byteCount = 100_000
  private static let names: [BytePath] = (0..<20).map { BytePath(".env.\($0)") }

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.appending("store"))
    for name in Self.names { try directory.write(name, Self.content(0)) }
  }

  private static func content(_ round: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "A") + UInt8(round % 26), count: byteCount)
  }

  /// Records all files once.
  /// - Returns: what was recorded of each, put together again.
  private func record() throws -> [[UInt8]] {
    let session = try ChunkSession(store)
    defer { session.end() }
    let keep = FilesToKeep(setAside: Self.names, ignored: [], named: [], excluded: [])
    let source = KeptFiles(worktree: directory.path, patterns: [], keep: keep)
    let recorded = try source.snapshot().capture(into: session)
    try session.commit()
    let reader = ChunkReader(store)
    let id = try #require(recorded.document)
    let document = try JSON.decode(KeptFilesDocument.self, from: reader.bytes(of: id))
    let lists = try StreamLists(document.list, reader)
    return try document.streams.map { stream in
      try lists.list(of: stream).chunks.flatMap { try reader.bytes(of: $0.id) }
    }
  }

  /// Records while `change` runs; each file must be as it was at some moment.
  private func expectWhole(while change: @escaping @Sendable (_ round: Int) throws -> Void) throws {
    let recorder = self
    let stop = Flag()
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
        for _ in 0..<8 {
          do {
            for bytes in try recorder.record() {
              #expect(Self.isPossible(bytes), "\(Set(bytes)), \(bytes.count) bytes")
            }
          } catch let error as FileChanged {
            #expect(Self.names.contains(error.path), "\(error)")
          }
        }
      },
    ])
  }

  /// One letter; or, if a write was under way, a letter and then the one before it.
  private static func isPossible(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == byteCount, let first = bytes.first, let last = bytes.last else { return false }
    let count = bytes.prefix { $0 == first }.count
    let isOrdered = first == last || first == last + 1 || (first, last) == (65, 90)
    return isOrdered && bytes.dropFirst(count).allSatisfy { $0 == last }
  }

  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }

  @Test("files that are replaced whole, by a rename")
  func replaced() throws {
    let directory = directory
    try expectWhole { round in
      let temporary = try directory.write("temporary", Self.content(round))
      try SystemFileOperations().rename(
        temporary, to: directory.appending(Self.names[round % Self.names.count]))
    }
  }

  @Test("files that are written over in place, with the same time afterwards")
  func writtenOver() throws {
    let directory = directory
    try expectWhole { round in
      let path = directory.appending(Self.names[round % Self.names.count])
      let file = try OpenFile.open(path, flags: O_WRONLY)
      let content = Self.content(round / Self.names.count)
      try SystemFileOperations().write(content, to: file)
      let time = timespec(tv_sec: 1_700_000_000, tv_nsec: 0)
      futimens(file.descriptor, [time, time])
    }
  }
}
