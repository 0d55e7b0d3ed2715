// One repository's round: checkpoint, scramble, rollback, undo, with comparisons after each.

import FileSystem
import TestSupport

struct FuzzFailure: Error, CustomStringConvertible {
  var description: String
}

final class FuzzRound {
  let repository: FuzzRepository

  init(seed: UInt64) throws { repository = try FuzzRepository(seed: seed) }

  func run() throws {
    try repository.make()
    let before = try FuzzPicture(of: repository)
    let id = try take()
    if repository.random.chance(0.3) { try compare(before, "checkpoint") }
    try repository.scramble()
    let scrambled = try FuzzPicture(of: repository)

    let movesBranch = choosesBranch(before, scrambled)
    let keepsUntracked = repository.random.chance(0.15) && !scrambled.isInTheWay(of: before)
    var options: [BytePath] = movesBranch ? ["--branch"] : []
    if keepsUntracked { options.append("--keep-untracked") }
    guard try goBack(["rollback", "--yes"] + options + [id], from: scrambled) else { return }
    var expected = FuzzPicture.expected(
      before, after: scrambled, movesBranch: movesBranch, keepsUntracked: keepsUntracked)
    if repository.traps.contains(.dotfiles) {
      if scrambled.fillsGap(in: before) { return }
      expected = expected.withHidden(before, scrambled)
    }
    try compare(expected, "rollback")
    if repository.random.chance(0.1) { try checkObjects() }
    if repository.random.chance(0.1) { try checkpoint(["verify", "--all"]) }

    try checkpoint(["undo", "--yes"])
    try compare(scrambled, "undo")
    if repository.random.chance(0.1) {
      try checkpoint(["undo", "--yes"])
      try compare(expected, "undo of the undo")
    }
  }

  /// A branch that had no commit, and has one now, goes back only if that is asked for.
  private func choosesBranch(_ before: FuzzPicture, _ scrambled: FuzzPicture) -> Bool {
    let isBorn = before.head == "(initial)" && scrambled.refs["refs/heads/\(before.branch)"] != nil
    return repository.random.chance(0.4) || isBorn
  }

  private func take() throws -> BytePath {
    let result = try checkpoint(["custom", "fuzz", "--no-database"])
    let id = try result.line
    return BytePath(id)
  }

  /// False if a file in the way, which git does not report, stops the rollback before anything is touched.
  private func goBack(_ arguments: [BytePath], from scrambled: FuzzPicture) throws -> Bool {
    repository.note("checkpoint " + arguments.map(\.description).joined(separator: " "))
    let result = try repository.program.run(arguments)
    let isObstructed = result.code == 1 && result.errorText.contains(" cannot be restored: ")
    let hidden = repository.traps.contains(.dotfiles) ? Array(scrambled.untracked) : []
    if isObstructed,
      (scrambled.unlisted + hidden).contains(where: { result.errorText.contains($0.description) })
    {
      try compare(scrambled, "refusal")
      return false
    }
    try result.succeeded()
    return true
  }

  private func checkObjects() throws {
    let result = try repository.git(["fsck", "--no-dangling"], accepting: nil)
    // A stash of an empty index lacks the empty tree, which git knows by heart.
    let known = "missing tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    let isOdd = repository.traps.contains(.oddCommit)
    let isBad = { (line: Substring) in
      line != known && !(isOdd && line.hasPrefix("error in commit "))
        && ["missing ", "broken ", "error", "fatal"].contains { line.hasPrefix($0) }
    }
    if result.printed.split(separator: "\n").contains(where: isBad) {
      throw FuzzFailure(description: "\(result)")
    }
  }

  @discardableResult
  private func checkpoint(_ arguments: [BytePath]) throws -> ProgramResult {
    repository.note("checkpoint " + arguments.map(\.description).joined(separator: " "))
    return try repository.program.run(arguments).succeeded()
  }

  private func compare(_ expected: FuzzPicture, _ step: String) throws {
    var (expected, found) = (expected, try FuzzPicture(of: repository))
    if repository.traps.contains(.dotfiles) {
      (expected, found) = (expected.restricted(to: expected), found.restricted(to: expected))
    }
    let differences = found.differences(from: expected)
    if !differences.isEmpty {
      throw FuzzFailure(description: "not as expected after \(step):\n" + differences.joined(separator: "\n"))
    }
  }
}
