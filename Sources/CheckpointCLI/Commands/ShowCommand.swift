// `checkpoint show`: everything that is known about one checkpoint.

import Checkpoints
import DataSources
import Formatting
import Operations

extension Command {
  static let show = Command(
    name: "show", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "show one checkpoint (default: latest)",
    options: [
      .flag("--files", help: "list every changed file"),
      .flag("--tables", help: "list every recorded table"),
      .flag("--processes", help: "show what the command of [state] printed"),
      .flag("--tests", help: "show the end of what a stage's tests printed"),
    ],
    examples: [
      "checkpoint show", "checkpoint show stage-02-start --files", "checkpoint show latest --tables",
    ]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let details = try workspace.session.details(
      of: invocation.operands.first ?? "latest", listsParts: invocation.has("--tables"))
    let (manifest, notes, stable) = (details.manifest, details.notes, details.stable)
    let console = invocation.console
    if console.isJSON {
      try console.json(CheckpointView(manifest, notes: notes, stable: stable, now: workspace.now))
      return .done
    }
    var head = [
      ["id", manifest.id.description], ["kind", manifest.kind.rawValue],
      ["taken", Format.time(manifest.createdAt)],
      ["state", CheckpointText.state(.init(notes), isStable: stable != nil)],
    ]
    if let stable { head.append(["stable", "\(stable)"]) }
    if let stage = manifest.stage { head.append(["stage", "\(stage.slug), \(stage.phase.rawValue)"]) }
    if let message = manifest.message { head.append(["message", message]) }
    if let verified = notes.verifiedAt { head.append(["verified", Format.time(verified)]) }
    if let archive = notes.archive {
      let file = ArchivePlace.relativePath(of: manifest.id)
      head.append([
        "archived", "\(Format.time(archive.at)), \(Format.bytes(archive.byteCount)) in \(file) of the store",
      ])
    }
    if let proof = notes.proof {
      let time = Format.seconds(proof.seconds)
      head.append([
        "proof",
        proof.isGood
          ? "restored and compared in \(time), \(Format.time(proof.at))"
          : "did not restore, \(Format.time(proof.at))",
      ])
    }
    if let rehearsal = notes.rehearsal {
      let time = Format.seconds(rehearsal.restoreSeconds)
      head.append([
        "rehearsed", "\(rehearsal.result.rawValue), restore in \(time), \(Format.time(rehearsal.at))",
      ])
    }
    for clone in notes.warm ?? [] where clone.seal != nil { head.append(["warm", clone.database]) }
    if let failure = notes.warmFailure { head.append(["not warm", failure.reason]) }
    if !manifest.excluded.isEmpty { head.append(["left out", manifest.excluded.joined(separator: ", ")]) }
    for line in Format.table(head) + CheckpointText.summary(manifest) { console.result(line) }
    let reservations = Reservations(manifest, notes)
    for line in (notes.damage ?? []) + reservations.problems { console.result("damage    \(line)") }
    // Reservations that were known when it was taken are in the summary.
    let risks = manifest.sources.flatMap { $0.risks ?? [] }
    for line in reservations.remarks where !risks.contains(line) {
      console.result("note      \(Format.visible(line))")
    }
    if invocation.has("--processes") { show(manifest.processState?.output, console) }
    if invocation.has("--tests") { show(manifest.tests?.tail, console) }
    for parts in details.parts { show(parts, console) }
    show(details.changedFiles ?? [], limit: invocation.has("--files") ? .max : 10, console)
    return .done
  }

  /// What a program printed.
  private static func show(_ output: String?, _ console: Console) {
    for line in output?.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) ?? [] {
      console.result("  \(Format.visible(String(line)))")
    }
  }

  private static func show(_ parts: [SourcePart], _ console: Console) {
    let rows = parts.map { part in
      ["  \(part.name)", Format.counted(part.count, part.plural), Format.bytes(part.byteCount)]
    }
    for line in Format.table(rows) { console.result(line) }
  }

  private static func show(_ files: [ChangedFile], limit: Int, _ console: Console) {
    let rows = files.prefix(limit).map { file in
      let lines =
        if let added = file.linesAdded, let removed = file.linesRemoved { "+\(added) -\(removed)" } else {
          "binary or large"
        }
      return ["  \(file.change.rawValue)", lines, "\(file.path)"]
    }
    for line in Format.table(Array(rows)) { console.result(line) }
    if files.count > limit { console.result("  … and \(files.count - limit) more: --files") }
  }
}
