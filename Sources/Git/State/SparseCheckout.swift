// Which files of a tree the sparse checkout leaves out. Git itself decides: a scratch index with that tree is brought
// in line with the patterns, in an empty working tree, so that no file is made or removed anywhere.

import FileSystem

/// Whether a checkout is sparse, and how its patterns are meant.
package enum SparseMode: String, Codable, Sendable {
  case off, patterns, cone

  /// - Parameters: the values of `core.sparseCheckout` and `core.sparseCheckoutCone`.
  package init(_ isSparse: String?, cone: String?) {
    func isOn(_ text: String?) -> Bool { ["true", "yes", "on", "1"].contains(text?.lowercased()) }
    self = !isOn(isSparse) ? .off : isOn(cone) ? .cone : .patterns
  }
}

/// The switch of the sparse checkout. Where it is on, git takes the flag off every file that is there; so a full checkout
/// with such flags comes back only if it is off again.
package struct SparseSwitch {
  private let git: GitProgram
  private let wanted: SparseMode

  /// nil where it stays as it is: where both states agree, or do not say.
  package init?(to state: RecordedState, from other: RecordedState, _ git: GitProgram) {
    guard let wanted = state.metadata.sparse, let present = other.metadata.sparse,
      (wanted == .off) != (present == .off)
    else { return nil }
    (self.git, self.wanted) = (git, wanted)
  }

  /// Before flags are set.
  package func turnOff() throws { if wanted == .off { try set("core.sparseCheckout", false) } }

  /// After they are.
  package func turnOn() throws {
    if wanted == .off { return }
    try set("core.sparseCheckout", true)
    try set("core.sparseCheckoutCone", wanted == .cone)
  }

  private func set(_ key: BytePath, _ value: Bool) throws {
    let text = value ? "true" : "false"
    let present = try git.line(["config", "--type=bool", "--get", key]) ?? "false"
    if present == text { return }
    let isOfWorktree =
      try git.line(["config", "--type=bool", "--get", "extensions.worktreeConfig"]) == "true"
    try git.run(["config", isOfWorktree ? "--worktree" : "--local", key, BytePath(text)])
  }
}

package enum SparseCheckout {
  /// - Returns: files, and the topmost directories of which nothing is left, with a slash at their end. Nothing where
  ///   the checkout is not sparse.
  package static func leftOut(
    of tree: ObjectID, _ location: RepositoryLocation
  ) throws -> (files: [BytePath], directories: [BytePath]) {
    guard try location.git.line(["config", "--type=bool", "--get", "core.sparseCheckout"]) == "true" else {
      return ([], [])
    }
    let empty = ScratchIndex.directory(in: location)
    try FileTree.makeDirectories(empty, mode: 0o700)
    defer { try? FileTree.remove(empty) }
    let git = location.git.at(empty)
    let place: [BytePath] = [
      BytePath("--git-dir=".utf8 + location.gitDirectory.bytes), "--work-tree=.", "-c",
      "core.fsmonitor=false",
    ]
    let output = try ScratchIndex.use(in: location) { run in
      _ = try run(git, place + ["read-tree", BytePath(tree.description)], [])
      // With -u patterns are applied; entries that are right already are not written.
      _ = try run(git, place + ["read-tree", "-m", "-u", BytePath(tree.description)], [])
      return try run(git, place + ["ls-files", "-t", "-z"], [])
    }
    var (files, present): ([BytePath], Set<BytePath>) = ([], [])
    for record in output.split(separator: 0) {
      let path = BytePath(record.dropFirst(2))
      if record.first == UInt8(ascii: "S") { files.append(path) } else { present.formUnion(path.ancestors) }
    }
    let absent = Set(files.flatMap(\.ancestors)).subtracting(present)
    let topmost = absent.filter { path in path.parent.map { !absent.contains($0) } ?? true }
    return (files, topmost.sorted().map { BytePath($0.bytes + [UInt8(ascii: "/")]) })
  }
}
