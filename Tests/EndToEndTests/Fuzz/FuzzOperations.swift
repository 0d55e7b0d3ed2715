// Operations that git has begun and not ended, with a conflict or without, and what they leave behind.

import FileSystem
import TestSupport

extension FuzzRepository {
  /// The version of hot.txt that other's commits and the present branch disagree on makes all of these stop.
  func begin(_ operation: Ingredient) throws {
    func run(_ arguments: any BytePathConvertible..., environment: [String: String] = [:]) throws {
      note("git " + arguments.map(\.bytePath.description).joined(separator: " "))
      try git(arguments.map(\.bytePath), accepting: nil, environment: environment)
    }
    switch operation {
    case .merge: try run("merge", "--no-edit", "other")
    case .mergeWithoutCommit: try run("merge", "--no-commit", "--no-ff", "-s", "ours", "other")
    case .mergeResolved:
      try run("merge", "--no-edit", "other")
      try stage([FuzzHistory.hotFile])
    case .cherryPick: try run("cherry-pick", "other")
    case .revert: try run("revert", "--no-edit", "other")
    case .squash: try run("merge", "--squash", "other")
    case .pickWithoutCommit: try run("cherry-pick", "--no-commit", "other")
    case .picksInSequence: try run("cherry-pick", "other~1", "other")
    case .revertsInSequence: try run("revert", "--no-edit", "other", "other~1")
    case .rebase: try run("rebase", "--merge", "other")
    case .rebaseByPatches: try run("rebase", "--apply", "other")
    case .rebaseStoppedByCommand: try run("rebase", "--exec", "false", "HEAD~1")
    case .am:
      note("git am other")
      let patch = try git(["format-patch", "--stdout", "--binary", "-1", "other"], accepting: nil).output
      try git(["am", "-q"] + (random.chance(0.5) ? ["--3way"] : []), input: patch, accepting: nil)
    case .bisect: try run("bisect", "start", "other", "other~2")
    default: break
    }
  }

  // MARK: Files that git writes otherwise than it stores them

  /// Git trusts an old size, although a conversion that came or went makes other bytes of the same contents: it has to look anew,
  /// so that its answer does not depend on the moment.
  func refreshConversions() throws {
    if ingredients.isDisjoint(with: Ingredient.conversions) { return }
    // Entries without flags and conflicts, and not perhaps only intended to be added.
    let entries = try git(["ls-files", "-s", "-v", "-z"]).output.split(separator: 0).filter { record in
      let parts = record.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      return record.starts(with: "H 100".utf8) && parts.count == 2 && parts[0].last == UInt8(ascii: "0")
        && !parts[0].dropFirst(9).starts(with: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".utf8)
    }
    try git(["update-index", "-z", "--index-info"], input: entries.flatMap { $0.dropFirst(2) + [0] })
  }
}
