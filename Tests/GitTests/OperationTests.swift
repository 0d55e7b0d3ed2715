// Operations in progress: saved in their middle, ended or scrambled, brought back, and then finished by git as if
// nothing had happened.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Operations in progress")
struct OperationTests {
  private let repository: Repository
  private let trip: RoundTrip

  /// `main` and `topic` with two commits each since they parted, the first of which conflict.
  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.write("file", "base\n")
    try repository.commit("base")
    try repository.git("switch", "-qc", "topic")
    try repository.write("file", "topic\n")
    try repository.commit("topic 1")
    try repository.write("other", "topic\n")
    try repository.commit("topic 2")
    try repository.git("switch", "-q", "main")
    try repository.write("file", "main\n")
    try repository.commit("main 1")
    try repository.write("third", "main\n")
    try repository.commit("main 2")
  }

  enum Operation: String, CaseIterable, CustomTestStringConvertible {
    case merge, squash, rebase, rebaseApply, rebaseAutostash, am, cherryPick, cherryPickNone, severalPicks,
      revert,
      severalReverts, bisect

    var testDescription: String { rawValue }

    func begin(_ repository: Repository) throws {
      func git(_ arguments: BytePath...) throws { try repository.git(arguments, accepting: [0, 1, 128]) }
      switch self {
      case .merge: try git("merge", "topic")
      case .squash: try git("merge", "--squash", "topic")
      case .rebase: try git("rebase", "topic")
      case .rebaseApply: try git("rebase", "--apply", "topic")
      case .rebaseAutostash:
        try repository.write("third", "not committed\n")
        try git("rebase", "--autostash", "topic")
      case .am:
        let patches = try repository.bytes(["format-patch", "--stdout", "main..topic"])
        try repository.git(["am", "-3"], input: patches, accepting: [1, 128])
      case .cherryPick: try git("cherry-pick", "topic~1")
      case .cherryPickNone: try git("cherry-pick", "--no-commit", "topic")
      case .severalPicks: try git("cherry-pick", "main..topic")
      case .revert:
        try repository.write("file", "changed since\n")
        try repository.commit("main 3")
        try git("revert", "--no-edit", "HEAD~2")
      case .severalReverts:
        try repository.git("reset", "-q", "--hard", "topic")
        try repository.write("file", "changed since\n")
        try repository.commit("main 3")
        try git("revert", "--no-edit", "main~3..main~1")
      case .bisect:
        try git("bisect", "start")
        try git("bisect", "bad")
        try git("bisect", "good", "main~2")
      }
    }

    /// What finishes it once its conflict is resolved.
    var finish: [BytePath] {
      switch self {
      case .merge, .squash, .cherryPickNone: ["commit", "-m", "finished"]
      case .rebase, .rebaseApply, .rebaseAutostash: ["rebase", "--continue"]
      case .am: ["am", "--continue"]
      case .cherryPick, .severalPicks: ["cherry-pick", "--continue"]
      case .revert, .severalReverts: ["revert", "--continue"]
      case .bisect: ["bisect", "good"]
      }
    }
  }

  @Test(
    "comes back after it was given up, and git finishes it", arguments: LongHunt.cases(Operation.allCases))
  func comesBack(operation: Operation) throws {
    try operation.begin(repository)
    let captured = try trip.expectUnchanged {
      try repository.git("reset", "-q", "--hard")
      for words in [
        ["rebase", "--abort"], ["am", "--abort"], ["merge", "--abort"], ["cherry-pick", "--abort"],
        ["revert", "--abort"],
        ["bisect", "reset"],
      ] as [[BytePath]] {
        try repository.git(words, accepting: [0, 1, 128, 129])
      }
      try repository.git("stash", "clear")
    }
    let hasNoMarker: Set<Operation> = [.squash, .cherryPickNone]
    #expect((captured.state.metadata.operation == nil) == hasNoMarker.contains(operation))
    if try !repository.git("diff", "--name-only", "--diff-filter=U").isEmpty {
      try repository.write("file", "resolved\n")
      try repository.git("add", "file")
    }
    try repository.git(operation.finish)
    #expect(try repository.git("fsck", "--connectivity-only", "--no-dangling") == "")
  }

  @Test("an operation that was begun later is ended", arguments: LongHunt.cases(Operation.allCases))
  func ends(operation: Operation) throws {
    try trip.expectUnchanged(moveBranch: true) { try operation.begin(repository) }
  }

  @Test("one operation takes the place of another, both ways")
  func replaces() throws {
    try Operation.rebase.begin(repository)
    let rebase = try trip.capture().state
    let before = try trip.observe()
    try repository.git("rebase", "--abort")
    try Operation.bisect.begin(repository)
    let bisect = try trip.capture().state
    let later = try trip.observe()
    try trip.restore(rebase)
    #expect(try trip.observe() == before)
    try trip.restore(bisect)
    #expect(try trip.observe() == later)
  }

  @Test("commits that only the operation knows survive the loss of their branch and git gc --prune=now")
  func keepsCommits() throws {
    try Operation.severalPicks.begin(repository)
    let topic = try repository.id("topic")
    let captured = try trip.capture()
    #expect(captured.state.metadata.operationObjects.contains(topic))
    try trip.keep("picks", captured.state)
    let before = try trip.observe()
    try repository.git("cherry-pick", "--abort")
    try repository.git("branch", "-qD", "topic")
    try repository.git("reflog", "expire", "--expire=now", "--all")
    try repository.git("gc", "-q", "--prune=now")
    try trip.restore(captured.state)
    #expect(try trip.observe() == before)
    try repository.write("file", "resolved\n")
    try repository.git("add", "file")
    try repository.git("cherry-pick", "--continue")
    #expect(try repository.read("other") == "topic\n")
  }
}
