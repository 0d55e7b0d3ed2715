// SIGKILL at every step of the journal and at random moments, more than 200 times in each run, for every kind of rollback.
// Afterwards `--continue` finishes or `--abort` goes back, and git, files and database are in one of the two states.
// CHECKPOINT_TEST_ROUNDS multiplies the random part; a failure names the seed (CHECKPOINT_TEST_SEED repeats it) and the step.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("The journal", .needsPostgreSQL, .longHunt)
struct JournalKillTests {
  /// The steps of a kind's journal, and as many other system calls, add up to this at least.
  private static let exactKills = 24
  private static let randomKills = 18

  @Test(
    "a rollback that is killed before or after any step of its journal can be continued and aborted",
    .enabled(if: SystemCalls.canBeTraced, Comment(rawValue: SystemCalls.whyNot)),
    arguments: KillStage.Kind.allCases)
  func steps(_ kind: KillStage.Kind) throws {
    let stage = try KillStage(kind)
    var random = SeededGenerator()
    var isContinued = Bool.random(using: &random)
    let journal = stage.scene.store.appending("journal")
    let places = [journal, journal.appending("operation.json")]
    // Before and after a file takes the journal's place (the directory is flushed), and before and after it goes.
    let calls = ["rename", "renameat", "renameat2", "fsync", "unlink", "unlinkat"]
    var number = 1
    while try stage.round(
      .watched(SystemCalls.killing(before: number, of: calls, at: places)), isContinued: isContinued,
      "seed \(random.seed), killed before call \(number) of the journal")
    {
      number += 1
      isContinued.toggle()
    }
    #expect(number > 8, "the journal was hardly written")
    try others(stage, &random)
    try stage.finish()
  }

  /// Other calls that change something: files, locks, statements, programs that are started.
  private func others(_ stage: KillStage, _ random: inout SeededGenerator) throws {
    let (_, made) = try stage.goOver(recording: SystemCalls.changing)
    let steps = made.indices.filter { made[$0].contains("operation.json") }
    let (first, last) = (try #require(steps.first), try #require(steps.last))
    let wanted = stage.kills + Rounds.count(max(6, Self.exactKills - stage.kills))
    while stage.kills < wanted {
      let number = Int.random(in: first...last, using: &random)
      let isAgain = Int.random(in: 0..<3, using: &random) == 0
      let again = isAgain ? Int.random(in: 1...last, using: &random) : nil
      let turning = again != nil && Bool.random(using: &random)
      _ = try stage.round(
        .watched(SystemCalls.killing(before: number, of: SystemCalls.changing)),
        then: again.map { .watched(SystemCalls.killing(before: $0, of: SystemCalls.changing)) },
        turning: turning, isContinued: .random(using: &random),
        """
        seed \(random.seed), killed before system call \(number), which may have been \(made[number].prefix(200))\
        \(again.map { ", and again before call \($0)\(turning ? ", then turned" : "")" } ?? "")
        """)
    }
  }

  @Test(
    "a rollback that is killed at any moment, and maybe once more while it is taken up, can be continued and aborted",
    arguments: KillStage.Kind.allCases)
  func moments(_ kind: KillStage.Kind) throws {
    let stage = try KillStage(kind)
    var random = SeededGenerator()
    let longest = try stage.goOver().seconds
    // Without the exact part these are all.
    let count = Self.randomKills + (SystemCalls.canBeTraced ? 0 : Self.exactKills)
    while stage.kills < Rounds.count(count) {
      let moment = Double.random(in: 0...longest, using: &random)
      let isAgain = Int.random(in: 0..<3, using: &random) == 0
      let again = isAgain ? Double.random(in: 0...longest, using: &random) : nil
      let turning = again != nil && Bool.random(using: &random)
      let withChildren = Bool.random(using: &random)
      _ = try stage.round(
        .timed(moment, withChildren: withChildren),
        then: again.map { .timed($0, withChildren: withChildren) }, turning: turning,
        isContinued: .random(using: &random),
        """
        seed \(random.seed), killed \(withChildren ? "with its children " : "")after \(moment) s\
        \(again.map { ", and again after \($0) s\(turning ? ", then turned" : "")" } ?? "")
        """)
    }
    try stage.finish()
  }
}

/// How often a test draws a moment: a few times in every run, CHECKPOINT_TEST_ROUNDS times as often by hand.
enum Rounds {
  static func count(_ usual: Int) -> Int {
    let factor = getenv("CHECKPOINT_TEST_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 1
    return usual * max(1, factor)
  }
}
