// A remote's directory, while something happens to it.

import FileSystem
import TestSupport
import Testing

@testable import Remotes

@Suite("A remote's directory")
struct RemoteDirectoryTests {
  private let directory: TemporaryDirectory
  private var root: BytePath { directory.path.appending("remote") }

  init() throws { directory = try TemporaryDirectory() }

  private func isGone(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return false
    } catch RemoteProblem.gone { return true } catch { return false }
  }

  @Test("what is in its place since it was opened, as after a disk was unmounted, gets no file")
  func replaced() throws {
    let remote = try RemoteDirectory.create(at: root)
    let mark = String(repeating: "a", count: 16)
    try remote.put("packs/00/one", [1], by: mark)
    #expect(try remote.list("packs").map(\.name) == ["packs/00/one"])
    try SystemFileOperations().rename(root, to: directory.path.appending("unmounted"))
    try FileTree.makeDirectories(root, mode: 0o700)
    #expect(isGone { try remote.put("packs/00/two", [2], by: mark) })
    #expect(isGone { _ = try remote.list("packs") })
    #expect(isGone { try remote.clearIncoming(mark) })
    #expect(try FileTree.list(root).isEmpty)
    // Another remote there is not this one.
    let other = try RemoteDirectory.create(at: root)
    #expect(isGone { try remote.put("packs/00/two", [2], by: mark) })
    // One that goes while a file is written.
    let aside = directory.path.appending("aside")
    #expect(
      isGone {
        try other.put("packs/00/three", by: mark) { _ in try SystemFileOperations().rename(root, to: aside) }
      })
    #expect(try !FileTree.exists(root) && FileTree.list(aside.appending("packs/00")).isEmpty)
  }
}
