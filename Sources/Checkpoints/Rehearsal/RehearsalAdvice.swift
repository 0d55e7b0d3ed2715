// What the user can do better, each line because of a fact that the rehearsal found.

import FileSystem

struct RehearsalAdvice {
  private static let day = 86_400
  private static let oldAge = 7 * day

  private let rehearsal: Rehearsal
  private let report: RehearsalReport
  private let target: Manifest

  init(_ rehearsal: Rehearsal) {
    (self.rehearsal, report, target) = (rehearsal, rehearsal.report, rehearsal.request.target)
  }

  func lines() throws -> [String] {
    try [warmClone(), objective(), commands(), age(), growth()].flatMap { $0 }
  }

  /// A clone pays if a database takes long, or if the objective is missed.
  private func warmClone() throws -> [String] {
    let restored = report.steps.filter { $0.kind.isDatabase && $0.outcome == .passed }
    let seconds = restored.reduce(0) { $0 + ($1.seconds ?? 0) }
    let isMissed = report.objectiveSeconds.map { report.restoreSeconds > Double($0) } ?? false
    guard !restored.isEmpty, seconds >= 1 || isMissed else { return [] }
    let text = RehearsalReport.seconds(seconds)
    if try rehearsal.catalog.notes(target.id).warm?.contains(where: { $0.seal != nil }) == true {
      return [
        "the checkpoint has a warm clone: a rollback renames it into place instead of restoring for \(text)"
      ]
    }
    // A part has no clone, nor has a database that is restored in place.
    guard rehearsal.canBeCloned else { return [] }
    return [
      "checkpoint warm \(target.id) makes a warm clone: milliseconds instead of \(text) for the database"
    ]
  }

  private func objective() -> [String] {
    report.objectiveSeconds == nil
      ? ["say how long a restore may take, and every rehearsal checks it: git config checkpoint.rto 5m"] : []
  }

  private func commands() throws -> [String] {
    if rehearsal.request.leavesServicesOut { return [] }
    let steps = Set(rehearsal.request.commands.map(\.step))
    var lines: [String] = []
    if !steps.contains(.smoke) {
      lines.append(
        "no smoke command is configured, so it is not known whether the project works after a rollback: services.smoke"
      )
    }
    let held = try rehearsal.catalog.filesInStore(target)
    let ignored = (rehearsal.state?.metadata.ignored ?? []).filter { !held.contains($0) }
    if !steps.contains(.build), !ignored.isEmpty {
      lines.append(
        "git ignores files that no checkpoint holds, and no build command makes them: services.build")
    }
    return lines
  }

  private func age() -> [String] {
    let age = report.startedAt.secondsSinceEpoch - target.createdAt.secondsSinceEpoch
    guard age > Self.oldAge else { return [] }
    return [
      "the checkpoint is \(age / Self.day) days old: going back to it loses what came since; take a newer one"
    ]
  }

  private func growth() -> [String] {
    rehearsal.growth.filter { $0.live > $0.recorded * 3 / 2 && $0.live - $0.recorded > 1 << 20 }.map { size in
      "the database \(size.source) has \(size.live) bytes now and had \(size.recorded): restoring a newer checkpoint takes "
        + "longer than this"
    }
  }
}
