// What a rollback, undo or restore will do, and what it did.

import Checkpoints
import DataSources
import FileSystem
import Formatting
import Git
import Operations

enum RollbackText {
  /// - Parameter isResult: it was only asked for the plan.
  static func show(_ plan: GoBackPlan, now: Timestamp, isResult: Bool, _ console: Console) throws {
    let target = plan.target
    let name = plan.tag.map { "\(BytePath($0))" } ?? target.id.description
    let age = now.secondsSinceEpoch - target.createdAt.secondsSinceEpoch
    let found = plan.plan.restorations.flatMap(\.restoration.warnings)
    let isAboutDatabases = plan.plan.restorations.contains { !$0.record.isKeptFiles }
    // What the plan deals with need not be said of the checkpoint as well.
    let reservations = (isAboutDatabases ? Reservations(target, plan.notes).all : []).filter { reservation in
      !plan.plan.restorations.contains { $0.restoration.answers(reservation) }
    }
    let warnings = found + reservations
    let files = try plan.files()
    let lines = describe(plan, files)
    if console.isJSON && isResult {
      struct View: Encodable {
        var target: String, remarks: [String], steps: [String], warnings: [String]
        var keptFiles: [KeptFileStep]
      }
      return try console.json(
        View(
          target: name, remarks: plan.remarks.map(TargetText.line), steps: lines, warnings: warnings,
          keptFiles: files.kept))
    }
    let what = target.kind == .release ? CheckpointText.commit(target.git) : Format.age(age)
    let say = isResult ? console.result : console.question
    say("\(plan.operation) to \(name) (\(what))")
    if let message = target.message { say("  “\(message)”") }
    for line in lines { say("  \(line)") }
    for warning in warnings { say("  note: \(warning)") }
  }

  private static func describe(_ plan: GoBackPlan, _ files: GoBackPlan.Files) -> [String] {
    let services = ServiceText.plan(plan.plan.journal.services)
    var lines = services.before + ["keep what is there now, for checkpoint undo"]
    for (record, restoration) in plan.plan.restorations {
      let steps = record.isKeptFiles ? files.kept : []
      if !record.isKeptFiles || !steps.isEmpty { lines.append(restoration.summary) }
      lines += restoration.details.map { "  \($0)" } + steps.map { step($0, plan.addresses) }
    }
    lines += plan.plan.leftDatabases.map {
      "leave the database \($0) as it is: the checkpoint does not hold it"
    }
    lines += plan.plan.journal.head.map(head)
    if let inGit = files.inGit {
      lines += writes(inGit, plan.addresses)
      let shown = Set(files.kept.map(\.path))
      lines += plan.addresses.left.subtracting(shown).sorted().map {
        step(KeptFileStep($0, .leave), plan.addresses)
      }
    }
    return lines + services.after
  }

  private static func step(_ step: KeptFileStep, _ addresses: AddressPlan) -> String {
    let path = "\(step.path)" + AddressText.words(addresses, for: step.path)
    return switch step.action {
    case .write: "  write     \(path)"
    case .remove: "  remove    \(path)"
    case .unchanged: "  unchanged \(path)"
    case .leave: "  leave     \(path)"
    }
  }

  private static func writes(_ files: RestorePlan, _ addresses: AddressPlan) -> [String] {
    var lines = [
      "write \(Format.plural(files.writes.count, "file")), remove \(Format.plural(files.removals.count, "file"))"
    ]
    let (named, others) = (
      files.writes.filter { !AddressText.words(addresses, for: $0.path).isEmpty },
      files.writes.filter { AddressText.words(addresses, for: $0.path).isEmpty }
    )
    for write in named {
      lines.append("  write  \(write.path)\(AddressText.words(addresses, for: write.path))")
    }
    for write in others.prefix(10) { lines.append("  write  \(write.path)") }
    for path in files.removals.prefix(10) { lines.append("  remove \(path)") }
    let hidden = max(0, others.count - 10) + max(0, files.removals.count - 10)
    if hidden > 0 { lines.append("  … and \(hidden) more") }
    return lines
  }

  static func head(_ step: HeadDestination) -> String {
    switch step {
    case .branch(let name): "HEAD on the branch \(name)"
    case .movedBranch(let name, let commit): "move the branch \(name) to \(commit.short)"
    case .detached(let commit): "detach HEAD at \(commit.short)"
    case .removedBranch(let name): "remove the branch \(name), which was made since"
    case .unborn(let name): "take the branch \(name) back to having no commit"
    }
  }

  private static func figures(_ result: RollbackResult, of target: Manifest) -> [String] {
    var parts: [String] = []
    if !result.isOfDatabasesOnly {
      parts.append("\(Format.plural(result.filesWritten, "file")) written, \(result.filesRemoved) removed")
    }
    if !result.restoredDatabases.isEmpty, let staged = result.durations["restore"] {
      let seconds = staged + (result.durations["activate"] ?? 0)
      let types = result.restoredDatabases.map { name in
        target.data.first { $0.name == name }?.noun ?? "database"
      }
      let words = Set(types).sorted().map { noun in
        let count = types.count { $0 == noun }
        return count == 1 ? noun : Format.plural(count, noun)
      }
      parts.append("\(words.joined(separator: " and ")) restored in \(Format.seconds(seconds))")
    }
    parts += result.services.map(ServiceText.figure)
    return parts + ["\(Format.seconds(result.durations["total"] ?? 0)) in all"]
  }

  /// What was done, without saying more than that.
  private static func summary(_ result: RollbackResult, _ target: Manifest) -> String {
    if result.isWhole { return "back at \(target.id)" }
    if result.isOfDatabasesOnly || result.isPartOfFiles { return "restored from \(target.id)" }
    return "back at \(target.id), without its database"
  }

  static func report(_ outcome: GoBackOutcome, _ console: Console) throws {
    let (result, target) = (outcome.result, outcome.target)
    let notes = result.notes + (outcome.addresses.map(AddressText.notes) ?? [])
    if console.isJSON {
      struct View: Encodable {
        var operation: String, target: String, rescue: String
        var filesWritten: Int, filesRemoved: Int
        var databasesRestored: [String], databasesLeft: [String]
        var durations: [String: Double]
        var leftAlone: [String]
        var notes: [String]
        var unrestored: [Unrestored]
        var services: [ServiceText.View]
      }
      return try console.json(
        View(
          operation: outcome.operation.rawValue, target: target.id.description,
          rescue: result.rescue.description,
          filesWritten: result.filesWritten, filesRemoved: result.filesRemoved,
          databasesRestored: result.restoredDatabases, databasesLeft: result.leftDatabases,
          durations: result.durations,
          leftAlone: result.leftAlone.map(\.description), notes: outcome.remarks.map(TargetText.line) + notes,
          unrestored: result.unrestored,
          services: result.services.map(ServiceText.View.init)))
    }
    for step in result.head {
      if case .detached(let commit) = step {
        let home = result.branchBefore.map { name in
          "; back to \(Format.visible(name)): git switch \(Format.shellWord(Format.visible(name)))"
        }
        console.remark(
          "HEAD is detached at \(commit.short); to work on from here: git switch -c NAME\(home ?? "")")
      }
    }
    console.remark(figures(result, of: target).joined(separator: ", "))
    for database in result.leftDatabases {
      console.remark("the database \(database) stays as it is: the checkpoint does not hold it")
    }
    for note in notes { console.remark(note) }
    UnrestoredText.show(result.unrestored, console)
    for path in result.leftAlone {
      console.warning("\(path) was left as it is: it cannot be read, so it could not be kept")
    }
    if let failed = result.failedService {
      console.warning("\(failed.description); what comes after it was left out, and everything else is done")
      console.hint("checkpoint undo goes back to what was there before")
      console.hint("--revert-on-failure does so by itself")
    }
    console.remark("what was there before is kept as \(result.rescue): checkpoint undo")
    console.result(summary(result, target))
  }
}
