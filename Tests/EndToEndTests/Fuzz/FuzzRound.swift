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
    let options: [BytePath] = movesBranch ? ["--branch"] : []
    try checkpoint(["rollback", "--yes"] + options + [id])
    let expected = FuzzPicture.expected(before, after: scrambled, movesBranch: movesBranch)
    try compare(expected, "rollback")
    if repository.random.chance(0.1) { try repository.git(["fsck", "--no-dangling"]) }
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
    guard let id = result.lines.last else { throw FuzzFailure(description: "no name was printed: \(result)") }
    return BytePath(id)
  }

  @discardableResult
  private func checkpoint(_ arguments: [BytePath]) throws -> ProgramResult {
    repository.note("checkpoint " + arguments.map(\.description).joined(separator: " "))
    return try repository.program.run(arguments).succeeded()
  }

  private func compare(_ expected: FuzzPicture, _ step: String) throws {
    let differences = try FuzzPicture(of: repository).differences(from: expected)
    if !differences.isEmpty {
      throw FuzzFailure(description: "not as expected after \(step):\n" + differences.joined(separator: "\n"))
    }
  }
}
