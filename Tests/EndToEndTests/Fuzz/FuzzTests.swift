// Hundreds of random repositories, each recorded, scrambled, rolled back and undone, and compared byte for
// byte. CHECKPOINT_TEST_SEED repeats a run, CHECKPOINT_FUZZ_REPOSITORIES says how many there are, and
// CHECKPOINT_FUZZ_ONLY takes the one repository whose seed a failure named, and keeps it.

import FileSystem
import Glibc
import TestSupport
import Testing

enum FuzzRun {
  static let seed = SeededGenerator().seed
  static let only = value("CHECKPOINT_FUZZ_ONLY").map { UInt64($0) }
  static let count = only == nil ? value("CHECKPOINT_FUZZ_REPOSITORIES") ?? 300 : 1
  /// So many at the same time, at most.
  static let width = 4
  /// A mistake shows in many repositories; these many of each part of the run are enough.
  static let failureLimit = 5

  private static func value(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

  static func seeds(part: Int) -> [UInt64] {
    if let only { return part == 0 ? [only] : [] }
    return stride(from: part, to: count, by: width).map { seed &* 100_000 &+ UInt64($0) }
  }
}

@Suite("Random repositories", .longHunt)
struct FuzzTests {
  @Test(
    "a random repository comes back byte for byte, and so does what a rollback replaced",
    arguments: 0..<FuzzRun.width)
  func comesBack(part: Int) throws {
    var failures = 0
    for seed in FuzzRun.seeds(part: part) where failures < FuzzRun.failureLimit {
      let round = try FuzzRound(seed: seed)
      do { try round.run() } catch {
        failures += 1
        Issue.record("\(report(round, seed, error))")
      }
    }
  }

  private func report(_ round: FuzzRound, _ seed: UInt64, _ error: any Error) -> String {
    let repository = round.repository
    var lines = [
      "run \(FuzzRun.seed), repository \(seed % 100_000); again: CHECKPOINT_FUZZ_ONLY=\(seed)",
      "made of \(repository.ingredients.map(\.rawValue).sorted().joined(separator: ", "))",
      "with the traps \(repository.traps.map(\.rawValue).sorted().joined(separator: ", "))",
      repository.steps.joined(separator: "; "), "\(error)",
    ]
    if FuzzRun.only != nil {
      let place: BytePath = "/tmp/checkpoint-fuzz-\(seed)"
      _ = try? FileTree.remove(place)
      _ = try? Program.run(["cp", "-a", repository.directory.path, place])
      lines.append("kept in \(place)")
    }
    return lines.joined(separator: "\n")
  }
}
