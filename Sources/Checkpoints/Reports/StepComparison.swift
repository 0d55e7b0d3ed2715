// What changed between two checkpoints: commits between their heads, files and lines between their recorded working
// trees (so uncommitted work counts), databases. Two trees are compared once for each step, never for each commit; renames
// are not looked for, and neither very large files nor very many files are compared line by line. Counts that checkpoints
// between them have recorded are used.

import FileSystem
import Git

struct StepComparison {
  /// The same limit as when a checkpoint is taken.
  private static let lineCountLimit = CheckpointCreator.lineCountLimit

  let objects: ObjectDatabase
  let authors: CommitReader
  let known: KnownChanges
  let recorded: RecordedLines
  let compareDatabases: ReportBuilder.DatabaseComparer?

  func step(_ from: Manifest, _ to: Manifest, _ problems: inout [String]) throws -> Report.Step {
    var step = try Report.Step(from, to, databases(from, to, comparesTables: false, &problems))
    step.history = try attempt("the history", from, to, &problems) { try span(from, to) }
    step.changes = try attempt("what changed", from, to, &problems) { try changes(from, to) }
    return step
  }

  /// Everything from the first checkpoint to the last. Lines are the sum of the steps', and so are commits, if each step went on
  /// from the one before.
  func whole(
    _ first: Manifest, _ last: Manifest, _ steps: [Report.Step], _ problems: inout [String]
  ) throws -> Report.Step {
    var whole = try Report.Step(first, last, databases(first, last, comparesTables: true, &problems))
    let spans = steps.compactMap(\.history)
    if spans.count == steps.count && spans.allSatisfy({ $0.left == 0 }) {
      whole.history = CommitSpan(joining: spans)
    } else {
      whole.history = try attempt("the history", first, last, &problems) { try span(first, last) }
    }
    let changes = steps.compactMap(\.changes)
    if changes.count == steps.count, var sum = changes.first {
      sum = changes.dropFirst().reduce(sum) { $0 + $1 }
      let files = try attempt("what changed", first, last, &problems) { try differences(first, last)?.count }
      sum.files = files ?? sum.files
      whole.changes = sum
    }
    return whole
  }

  private func attempt<Result>(
    _ what: String, _ from: Manifest, _ to: Manifest, _ problems: inout [String], _ body: () throws -> Result?
  ) throws -> Result? {
    do { return try body() } catch let error as Interrupted { throw error } catch {
      let problem = "\(what) between \(from.id) and \(to.id) cannot be determined: \(error)"
      if !problems.contains(problem) { problems.append(problem) }
      return nil
    }
  }

  // MARK: Parts

  private func span(_ from: Manifest, _ to: Manifest) throws -> CommitSpan? {
    guard let old = from.git.head, let new = to.git.head else { return nil }
    return try objects.span(from: old, to: new, authors)
  }

  private func changes(_ from: Manifest, _ to: Manifest) throws -> Report.Changes? {
    if let recorded = to.git.changedFiles, to.previous?.id == from.id, let left = recorded.withoutLines {
      var changes = Report.Changes()
      (changes.files, changes.filesWithoutLines) = (recorded.count, left)
      (changes.linesAdded, changes.linesRemoved) = (recorded.linesAdded, recorded.linesRemoved)
      return changes
    }
    guard let old = try worktree(from), let new = try worktree(to) else { return nil }
    return try known.changes(from: old, to: new) {
      try count(objects.differences(from: old, to: new), recorded.counts(from: from, to: to))
    }
  }

  private func count(
    _ differences: [TreeDifference], _ recorded: [BytePath: LineCounts]
  ) throws -> Report.Changes {
    var changes = Report.Changes()
    changes.files = differences.count
    for (index, difference) in differences.enumerated() {
      if index % 64 == 0 { try Interruption.check() }
      guard index < Self.lineCountLimit,
        let counts = try recorded[difference.path] ?? objects.lineCounts(difference)
      else {
        changes.filesWithoutLines += 1
        continue
      }
      changes.linesAdded += counts.added
      changes.linesRemoved += counts.removed
    }
    return changes
  }

  private func differences(_ from: Manifest, _ to: Manifest) throws -> [TreeDifference]? {
    guard let old = try worktree(from), let new = try worktree(to) else { return nil }
    return try objects.differences(from: old, to: new)
  }

  /// nil for a checkpoint of the database only.
  private func worktree(_ manifest: Manifest) throws -> ObjectID? {
    try manifest.git.stateTree.flatMap { try objects.entry(named: "worktree", in: $0)?.id }
  }

  private func databases(
    _ from: Manifest, _ to: Manifest, comparesTables: Bool, _ problems: inout [String]
  ) throws -> [DatabaseChanges] {
    let found = try attempt("what changed in databases", from, to, &problems) {
      try compareDatabases?(from, to, comparesTables)
    }
    for database in found ?? [] {
      for problem in database.problems {
        let text = "\(database.name) between \(from.id) and \(to.id): \(problem)"
        if !problems.contains(text) { problems.append(text) }
      }
    }
    return found ?? []
  }
}

extension Report.Step {
  fileprivate init(_ from: Manifest, _ to: Manifest, _ databases: [DatabaseChanges]) {
    (self.from, self.to, self.databases) = (from.id, to.id, databases)
    (fromPhase, toPhase) = (from.stage?.phase ?? .start, to.stage?.phase ?? .start)
    seconds = to.createdAt.secondsSinceEpoch - from.createdAt.secondsSinceEpoch
  }
}
