// Checkouts that become sparse, or full, after the checkpoint.

import FileSystem
import TestSupport
import Testing

@Suite("Sparse or full")
struct SparseSwitchTests {
  private let scene: Scene

  init() throws {
    scene = try Scene.small()
    for name in ["lib/a", "docs/b"] as [BytePath] { try scene.repository.write(name, "one\n") }
    try scene.repository.commit("two directories")
  }

  private func flags() throws -> [String] { try scene.repository.git("ls-files", "-v").lines }

  private func isSparse() throws -> Bool {
    try scene.repository.git("config", "--get", "core.sparseCheckout", accepting: [0, 1]).lines == ["true"]
  }

  @Test("a full checkout with hidden edits comes back into a sparse one, and undo makes it sparse again")
  func full() throws {
    try scene.repository.git("update-index", "--skip-worktree", "docs/b")
    try scene.repository.write("docs/b", "mine\n")
    let id = BytePath(try scene.take("custom", "base"))
    let before = try flags()
    #expect(before.contains("S docs/b"))
    try scene.repository.git("update-index", "--no-skip-worktree", "docs/b")
    try scene.repository.git("checkout", "-q", "docs/b")
    try scene.repository.git("sparse-checkout", "set", "lib")
    let (sparse, settings) = (try flags(), try scene.repository.git("config", "--list", "--show-scope").lines)
    try scene.checkpoint("rollback", "--yes", id)
    #expect(try flags() == before)
    #expect(try !isSparse())
    #expect(try scene.repository.git("status", "--porcelain").text == "")
    let docs = scene.repository.top.appending("docs/b")
    #expect(try FileTree.readAll(docs) == Array("mine\n".utf8))
    try scene.checkpoint("undo", "--yes")
    #expect(try flags() == sparse)
    #expect(try scene.repository.git("config", "--list", "--show-scope").lines == settings)
    #expect(!FileTree.exists(docs))
  }

  @Test("a sparse checkout comes back as one after it was made full")
  func sparse() throws {
    try scene.repository.git("sparse-checkout", "set", "--cone", "lib")
    let before = try flags()
    let id = BytePath(try scene.take("custom", "base"))
    try scene.repository.git("sparse-checkout", "disable")
    try scene.checkpoint("rollback", "--yes", id)
    #expect(try flags() == before)
    #expect(try isSparse())
    #expect(try scene.repository.git("config", "--get", "core.sparseCheckoutCone").lines == ["true"])
    try scene.checkpoint("undo", "--yes")
    #expect(try !isSparse())
    #expect(FileTree.exists(scene.repository.top.appending("docs/b")))
  }
}
