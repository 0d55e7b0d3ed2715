// Compares two sides of recorded work file by file: commits between them, lines that differ, and files that were only moved.
// Beyond a limit files are listed and their lines are not counted.

import FileSystem
import Git

package struct WorkComparison {
  /// Above this number of files, lines are not counted: users would have to wait for it.
  private static let fileLimit = 20_000
  /// Lines of larger files are not counted: comparing two of them can take a minute if every line differs.
  private static let byteLimit = 2 << 20

  private let location: RepositoryLocation
  private let objects: ObjectDatabase

  package init(_ location: RepositoryLocation, _ objects: ObjectDatabase) {
    (self.location, self.objects) = (location, objects)
  }

  package func changes(from before: ComparedWork, to after: ComparedWork) throws -> WorkChanges {
    var changes = WorkChanges(before: before.place, after: after.place)
    changes.problems = [before.problem, after.problem].compactMap { $0 }
    changes.remarks = [before.remark, after.remark == before.remark ? nil : after.remark].compactMap { $0 }
    countCommits(&changes)
    // Before the first commit the tree is empty; without a tree there is nothing to compare.
    guard let old = before.tree, let new = after.tree else { return changes }
    do { try compare(old, new, before, after, &changes) } catch let error as GitError {
      changes.problems.append("the files cannot be compared: \(error)")
    }
    return changes
  }

  private func countCommits(_ changes: inout WorkChanges) {
    guard let old = changes.before.head, let new = changes.after.head else { return }
    if old == new {
      (changes.commitsAdded, changes.commitsRemoved) = (0, 0)
      return
    }
    for (head, word) in [(old, "before"), (new, "after")] where !objects.exists(head) {
      changes.problems.append("the commit \(head.short) of the state \(word) is gone")
    }
    if !changes.problems.isEmpty && !(objects.exists(old) && objects.exists(new)) { return }
    let range = BytePath("\(old)...\(new)")
    guard let line = try? location.git.line(["rev-list", "--count", "--left-right", range]) else { return }
    let counts = line.split(separator: "\t").compactMap { Int($0) }
    if counts.count == 2 { (changes.commitsRemoved, changes.commitsAdded) = (counts[0], counts[1]) }
  }

  private func compare(
    _ old: ObjectID, _ new: ObjectID, _ before: ComparedWork, _ after: ComparedWork,
    _ changes: inout WorkChanges
  ) throws {
    let all = try objects.differences(from: old, to: new)
    let known = all.filter { !before.skipped.contains($0.path) && !after.skipped.contains($0.path) }
    if known.count < all.count {
      changes.remarks.append("\(all.count - known.count) paths that one side leaves out are not compared")
    }
    if known.count > Self.fileLimit {
      changes.remarks.append("lines are counted in the first \(Self.fileLimit) files")
    }
    var counted = 0
    changes.files = try moves(known).map { difference, origin in
      try Interruption.check()
      counted += 1
      return try file(difference, movedFrom: origin, countsLines: counted <= Self.fileLimit)
    }
  }

  /// A file that was deleted in one place and added in another, identical byte for byte, was moved.
  private func moves(_ all: [TreeDifference]) -> [(TreeDifference, BytePath?)] {
    var deleted: [TreeEntry: [Int]] = [:]
    for (index, difference) in all.enumerated() where difference.new == nil {
      if let old = difference.old, old.id != ObjectID.emptyBlob { deleted[old, default: []].append(index) }
    }
    var (origins, gone): ([Int: BytePath], Set<Int>) = ([:], [])
    for (index, difference) in all.enumerated() where difference.old == nil {
      guard let new = difference.new, var places = deleted[new], !places.isEmpty else { continue }
      // Of several candidates, prefer the one with the same name.
      let name = difference.path.lastComponent
      let chosen = places.firstIndex { all[$0].path.lastComponent == name } ?? 0
      let place = places.remove(at: chosen)
      deleted[new] = places
      origins[index] = all[place].path
      gone.insert(place)
    }
    return all.enumerated().filter { !gone.contains($0.offset) }.map { ($0.element, origins[$0.offset]) }
  }

  private func file(
    _ difference: TreeDifference, movedFrom origin: BytePath?, countsLines: Bool
  ) throws -> WorkChanges.File {
    func byteCount(_ entry: TreeEntry?) -> Int? {
      guard let entry, entry.mode != .submodule else { return nil }
      return try? objects.byteCount(of: entry.id)
    }
    let (old, new) = (byteCount(difference.old), byteCount(difference.new))
    var file = WorkChanges.File(
      path: difference.path,
      change: difference.old == nil ? .added : difference.new == nil ? .deleted : .changed, bytesBefore: old,
      bytesAfter: new)
    if let origin {
      (file.change, file.from, file.linesAdded, file.linesRemoved) = (.moved, origin, 0, 0)
      file.bytesBefore = new
      return file
    }
    if difference.old?.id == difference.new?.id {
      (file.isModeAlone, file.linesAdded, file.linesRemoved) = (true, 0, 0)
      return file
    }
    guard countsLines else { return file }
    switch try objects.lines(of: difference, limit: Self.byteLimit) {
    case .counted(let counts): (file.linesAdded, file.linesRemoved) = (counts.added, counts.removed)
    case .uncounted(let reason): file.uncounted = reason
    }
    return file
  }
}
