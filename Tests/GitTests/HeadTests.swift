// Where HEAD goes: to its branch, to a commit of its own, to a branch that is moved, or to one without commits.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("HEAD brought back")
struct HeadTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
  }

  private func commit(_ text: String) throws -> ObjectID {
    try repository.write("a", text)
    return try repository.commit()
  }

  @Test("the branch, if it still is at the recorded commit")
  func sameBranch() throws {
    _ = try commit("1")
    try trip.expectUnchanged { try repository.git("checkout", "--quiet", "-b", "other") }
    #expect(try repository.git("symbolic-ref", "HEAD") == "refs/heads/main")
  }

  @Test("a detached HEAD if the branch has moved on, and the branch keeps its commits")
  func branchMovedOn() throws {
    let first = try commit("1")
    let state = try trip.capture().state
    let second = try commit("2")
    try trip.restore(state)
    #expect(try repository.id("HEAD") == first)
    #expect(try repository.git("symbolic-ref", "-q", "HEAD", accepting: [1]) == "")
    #expect(try repository.id("main") == second)
    #expect(try repository.git("status", "--porcelain") == "")
  }

  @Test("the branch is moved back on request, and its reflog shows it")
  func moveBranch() throws {
    _ = try commit("1")
    try trip.expectUnchanged(moveBranch: true) { _ = try commit("2") }
    #expect(try repository.git("reflog", "main").contains("checkpoint: test"))
  }

  @Test("a branch that was deleted is made again on request")
  func deletedBranch() throws {
    _ = try commit("1")
    try trip.expectUnchanged(moveBranch: true) {
      try repository.git("checkout", "--quiet", "-b", "other")
      try repository.git("branch", "-D", "main")
    }
  }

  @Test("a detached HEAD")
  func detached() throws {
    _ = try commit("1")
    _ = try commit("2")
    try repository.git("checkout", "--quiet", "--detach", "HEAD~1")
    let captured = try trip.expectUnchanged { try repository.git("checkout", "--quiet", "main") }
    #expect(captured.state.branch == nil)
  }

  @Test("before the first commit, with staged and untracked files")
  func unborn() throws {
    try repository.write("staged", "s\n")
    try repository.git("add", "staged")
    try repository.write("untracked", "u\n")
    let captured = try trip.expectUnchanged {
      try repository.write("untracked", "changed\n")
      try repository.git("rm", "--cached", "--quiet", "staged")
    }
    #expect(captured.state.head == nil)
    #expect(captured.state.branch == "main")
  }

  @Test("going back to before the first commit needs a word for it")
  func unbornAgain() throws {
    try repository.write("staged", "s\n")
    try repository.git("add", "staged")
    let before = try trip.observe()
    let state = try trip.capture().state
    try repository.commit()
    let error = #expect(throws: HeadDestination.Problem.self) { try trip.restore(state) }
    guard case .unbornNeedsBranch("main") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try trip.restore(state, moveBranch: true)
    #expect(try trip.observe() == before)
  }

  @Test("a branch that another worktree has checked out is not moved under it")
  func branchInUse() throws {
    let first = try commit("1")
    let state = try trip.capture().state
    let second = try commit("2")
    try repository.git("checkout", "--quiet", "--detach")
    try repository.git("worktree", "add", "--quiet", "../other", "main")
    let error = #expect(throws: HeadDestination.Problem.self) { try trip.restore(state, moveBranch: true) }
    guard case .branchInUse("main", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try trip.restore(state)
    #expect(try repository.id("HEAD") == first)
    #expect(try repository.id("main") == second)
  }

  @Test("a commit that is gone is named before anything is touched")
  func commitMissing() throws {
    _ = try commit("1")
    var state = try trip.capture().state
    state.head = ObjectID(String(repeating: "ab", count: 20))
    try repository.write("a", "2")
    let before = try trip.observe()
    #expect(throws: HeadDestination.Problem.self) { try trip.restore(state) }
    #expect(try trip.observe() == before)
  }
}
