// What a random repository can be made of. Each repository draws some of these; a failure names them.

enum Ingredient: String, CaseIterable, Sendable {
  // Files and their names.
  case manyFiles, largeFiles, oddNames, longPaths, pathsAtTheLimit, links
  // Changes against HEAD and the index.
  case staged, stagedAndUnstaged, stagedDeletions, renames, caseRenames, addedThenModified
  case unstaged, deletions, replacedKinds, executableBits, fileModes, touchedFiles, manyChanges
  case intentToAdd, assumeUnchanged, skipWorktree
  // What git does not track.
  case untracked, privateFiles, environmentFiles, ignoredFiles, specialFiles
  case hardLinks, emptyDirectories, directoryModes
  // Where HEAD is.
  case unborn, detached
  // Operations in progress.
  case merge, mergeWithoutCommit, mergeResolved, cherryPick, revert
  case squash, pickWithoutCommit, picksInSequence, revertsInSequence
  case rebase, rebaseByPatches, rebaseStoppedByCommand, am, bisect
  // Kinds of repositories and settings.
  case sparseCone, sparseIndex, sparsePatterns, splitIndex, skipHash, untrackedCache, worktreeConfig
  case linkedWorktree, submodule, movedSubmodule, nestedRepository, shallow, rerere
  /// The program runs with a umask by which new files are only for their owner and group.
  case strictUmask
  case autocrlf, lineEnds, ident, encoding, filter, noFileMode, noLinks

  static let operations: [Ingredient] = [
    .merge, .mergeWithoutCommit, .mergeResolved, .cherryPick, .revert, .squash, .pickWithoutCommit,
    .picksInSequence, .revertsInSequence, .rebase, .rebaseByPatches, .rebaseStoppedByCommand, .am, .bisect,
  ]

  /// Those that make git write other bytes than the blob's.
  static let conversions: [Ingredient] = [.autocrlf, .lineEnds, .ident, .encoding, .filter]

  /// A repository has at most one of each group.
  private static let alternatives: [[Ingredient]] = [
    [.sparseCone, .sparseIndex, .sparsePatterns], [.linkedWorktree, .shallow], [.submodule, .movedSubmodule],
    // A sparse index cannot be split, and entries that are only intended make git 2.39 write broken ones.
    [.sparseIndex, .splitIndex], [.sparseIndex, .intentToAdd],
  ]

  private static let changes: [(Ingredient, chance: Double)] = [
    (.manyFiles, 0.1), (.largeFiles, 0.04), (.oddNames, 0.3), (.longPaths, 0.1), (.pathsAtTheLimit, 0.05),
    (.links, 0.4), (.staged, 0.5), (.stagedAndUnstaged, 0.35), (.stagedDeletions, 0.3), (.renames, 0.3),
    (.caseRenames, 0.1), (.addedThenModified, 0.3), (.unstaged, 0.6), (.deletions, 0.4),
    (.replacedKinds, 0.3), (.executableBits, 0.3), (.fileModes, 0.35), (.touchedFiles, 0.2),
    (.manyChanges, 0.04), (.intentToAdd, 0.2), (.assumeUnchanged, 0.12), (.skipWorktree, 0.12),
    (.untracked, 0.6), (.privateFiles, 0.25), (.environmentFiles, 0.3), (.ignoredFiles, 0.35),
    (.specialFiles, 0.08), (.hardLinks, 0.1), (.emptyDirectories, 0.3), (.directoryModes, 0.3),
  ]

  private static let settings: [Ingredient] =
    [
      .sparseCone, .sparseIndex, .sparsePatterns, .splitIndex, .skipHash, .untrackedCache, .worktreeConfig,
      .linkedWorktree, .submodule, .movedSubmodule, .nestedRepository, .shallow, .rerere, .strictUmask,
      .noFileMode,
      .noLinks,
    ] + conversions

  static func draw(using random: inout SeededGenerator) -> Set<Ingredient> {
    var drawn: Set<Ingredient> = []
    for (ingredient, chance) in changes where random.chance(chance) { drawn.insert(ingredient) }
    let place = Double.random(in: 0..<1, using: &random)
    if place < 0.05 { drawn.insert(.unborn) } else if place < 0.15 { drawn.insert(.detached) }
    if !drawn.contains(.unborn), random.chance(0.35), let operation = random.element(of: operations) {
      drawn.insert(operation)
    }
    if random.chance(0.6) {
      for _ in 0..<random.number(1...4) { if let one = random.element(of: settings) { drawn.insert(one) } }
    }
    for group in alternatives {
      for extra in group.filter(drawn.contains).dropFirst() { drawn.remove(extra) }
    }
    if drawn.contains(.unborn) {
      drawn.subtract([.sparseCone, .sparseIndex, .sparsePatterns, .linkedWorktree, .shallow])
      drawn.subtract([.submodule, .movedSubmodule])
    }
    return drawn
  }
}

extension SeededGenerator {
  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func element<Element>(of array: [Element]) -> Element? { array.randomElement(using: &self) }

  /// Some elements, in the order of the array.
  mutating func some<Element>(_ count: Int, of array: [Element]) -> [Element] {
    let chosen = Array(array.indices).shuffled(using: &self).prefix(count).sorted()
    return chosen.map { array[$0] }
  }
}
