// How moves of HEAD and of branches are undone, and how far services got on a way that was turned.

import Git
import Testing

@testable import Checkpoints

@Suite("The way back of HEAD")
struct ReturnPathTests {
  private let old: ObjectID
  private let other: ObjectID

  init() throws {
    old = try #require(ObjectID(String(repeating: "a", count: 40)))
    other = try #require(ObjectID(String(repeating: "b", count: 40)))
  }

  private func path(
    _ steps: [HeadDestination], from present: HeadDestination, branches: [String: ObjectID] = [:]
  ) -> [HeadDestination] {
    HeadDestination.returnPath(from: steps, to: present) { branches[$0] }
  }

  @Test("a change of HEAD only is undone by going back to where it was")
  func headOnly() {
    #expect(path([.detached(other)], from: .branch("main"), branches: ["main": old]) == [.branch("main")])
    #expect(path([.branch("side")], from: .detached(old), branches: ["side": old]) == [.detached(old)])
  }

  @Test("a branch that is moved goes back first, so that HEAD finds it")
  func moved() {
    #expect(
      path([.movedBranch("main", to: other)], from: .branch("main"), branches: ["main": old])
        == [.movedBranch("main", to: old), .branch("main")])
  }

  @Test("a branch that is made goes only after HEAD has left it")
  func made() {
    #expect(
      path([.movedBranch("new", to: other)], from: .branch("main"), branches: ["main": old])
        == [.branch("main"), .removedBranch("new")])
  }

  @Test("a branch that had no commit has none again")
  func unborn() {
    #expect(path([.movedBranch("main", to: other)], from: .unborn("main")) == [.unborn("main")])
    #expect(
      path([.unborn("main")], from: .branch("main"), branches: ["main": old])
        == [.movedBranch("main", to: old), .branch("main")])
  }

  @Test("a branch that is removed comes back, and one that was not there stays away")
  func removed() {
    let steps: [HeadDestination] = [.branch("main"), .removedBranch("one"), .removedBranch("two")]
    #expect(
      path(steps, from: .branch("one"), branches: ["main": other, "one": old])
        == [.movedBranch("one", to: old), .branch("one")])
  }
}

@Suite("How far services got")
struct ServiceProgressTests {
  private let commands = ServiceStep.allCases.map { ServiceCommand(step: $0, text: "true", limit: 60) }

  @Test("forward again after the way back was begun, only what was stopped stays done")
  func turned() {
    var progress = ServiceProgress(commands, revertsOnFailure: true)
    for step in [ServiceStep.stop, .build, .start] { progress[.forward, step] = .succeeded }
    progress[.forward, .smoke] = .failed
    progress[.back, .stop] = .begun
    progress.turnForward()
    #expect(progress[.forward, .stop] == .succeeded)
    #expect(!progress.hasBegun(.build, .start, .smoke))
    #expect(ServiceStep.allCases.allSatisfy { progress[.back, $0] == nil })
    #expect(!progress.isUntouched)
  }

  @Test("if the way back was not begun, nothing is done twice")
  func straight() {
    var progress = ServiceProgress(commands, revertsOnFailure: true)
    progress[.forward, .stop] = .succeeded
    progress[.forward, .build] = .begun
    progress.turnForward()
    #expect(progress[.forward, .stop] == .succeeded && progress[.forward, .build] == .begun)
  }

  @Test("what stopped nothing is untouched after a turn as well")
  func untouched() {
    var progress = ServiceProgress([], revertsOnFailure: false)
    progress[.back, .start] = .begun
    progress.turnForward()
    #expect(progress.isUntouched)
  }
}
