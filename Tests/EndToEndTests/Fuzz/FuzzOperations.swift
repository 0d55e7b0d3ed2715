// Operations that git has begun and not ended, with a conflict or without, and what they leave behind.

import FileSystem
import TestSupport

extension FuzzRepository {
  /// The version of hot.txt that other's commits and the present branch disagree on makes all of these stop.
  func begin(_ operation: Ingredient) throws {
    func run(_ arguments: BytePath..., environment: [String: String] = [:]) throws {
      note("git " + arguments.map(\.description).joined(separator: " "))
      try git(arguments, accepting: nil, environment: environment)
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

  /// A file that git calls clean is recorded as the index's object and comes back as a checkout makes it. So
  /// that bytes can be compared, such files are made by a checkout here, too.
  func settleConversions() throws {
    guard hasConversions, !FuzzRun.hasOtherBytes else { return }
    // Git trusts an old size, although a conversion makes others of the same contents: it has to look anew.
    let entries = try git(["ls-files", "-s", "-v", "-z"]).output.split(separator: 0).compactMap(
      TrackedFile.init)
    let fresh = entries.filter { !$0.isEmpty }
    try git(["update-index", "-z", "--index-info"], input: fresh.flatMap(\.line))
    let modified = Set(
      try git(["diff", "-z", "--name-only"], accepting: nil).output.split(separator: 0).map { BytePath($0) })
    var modes: [(BytePath, UInt32)] = []
    for path in entries.map(\.path) where !modified.contains(path) && isReal(path) {
      guard let status = try FileTree.status(full(path)), status.kind == .regular else { continue }
      modes.append((path, status.permissions))
      // Git would not write over what its index says is the same.
      try remove(path)
    }
    if modes.isEmpty { return }
    try git(
      ["checkout-index", "-f", "-u", "--ignore-skip-worktree-bits", "-z", "--stdin"],
      input: modes.flatMap { $0.0.bytes + [0] })
    for (path, mode) in modes { try FileTree.setPermissions(full(path), mode) }
  }

  /// An entry of the index without flags and conflicts, from a line of `git ls-files -s -v -z`.
  private struct TrackedFile {
    let path: BytePath
    /// As `git update-index --index-info` takes it.
    let line: [UInt8]
    /// Perhaps only intended to be added.
    let isEmpty: Bool

    init?(_ record: ArraySlice<UInt8>) {
      let parts = record.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard record.starts(with: "H 100".utf8), parts.count == 2, parts[0].last == UInt8(ascii: "0") else {
        return nil
      }
      path = BytePath(parts[1])
      line = record.dropFirst(2) + [0]
      isEmpty = parts[0].dropFirst(9).starts(with: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".utf8)
    }
  }
}
