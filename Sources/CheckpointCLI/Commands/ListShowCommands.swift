// `checkpoint list` and `checkpoint show`.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import FoundationEssentials

extension Command {
  static let list = Command(
    name: "list", operands: "", operandCount: 0...0, summary: "list the checkpoints, oldest first",
    options: [.flag("-a", "--all", help: "also those that rollback took, and spent ones")],
    examples: ["checkpoint list", "checkpoint list --json"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    if invocation.console.isJSON { return try listJSON(workspace, store) }
    let listing = try Listing.read(store)
    for problem in listing.unreadable { invocation.console.warning("\(problem)") }
    let shown = listing.entries.filter { invocation.has("--all") || !$0.kind.isInternal }
    if shown.isEmpty {
      invocation.console.remark("no checkpoint yet: checkpoint stage-01-start, or checkpoint full")
    } else {
      try listText(shown, workspace, store)
    }
    return listing.unreadable.isEmpty ? .done : .partly
  }

  /// All that the manifests say.
  private static func listJSON(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    let catalog = Catalog(store)
    let (manifests, unreadable) = try catalog.manifests()
    for problem in unreadable { workspace.console.warning("\(problem)") }
    let shown = manifests.filter { workspace.invocation.has("--all") || !$0.kind.isInternal }
    let now = workspace.clock.now()
    let stability = try workspace.stability(store)
    try workspace.console.json(
      try shown.map { manifest in
        var manifest = manifest
        manifest.processState?.output = nil
        manifest.tests?.tail = nil
        return try CheckpointView(
          manifest, notes: catalog.notes(manifest.id), stable: stability.reason(of: manifest), now: now)
      })
    return unreadable.isEmpty ? .done : .partly
  }

  /// Of so many of the newest ones `list` says what is to be said; of the others `show` does.
  private static let remarkedCount = 10

  private static func listText(_ shown: [ListEntry], _ workspace: Workspace, _ store: Store) throws {
    let now = workspace.clock.now().secondsSinceEpoch
    let stability = try workspace.stability(store)
    let header = ["ID", "KIND", "STAGE", "AGE", "COMMIT", "DIRTY", "DATABASE", "NEW", "STATE"]
    var problem: (any Error)?
    let rows = shown.map { entry in
      var isStable = false
      if problem == nil { do { isStable = try stability.reason(of: entry) != nil } catch { problem = error } }
      let state = entry.standing.map { CheckpointText.state($0, isStable: isStable) }
      return [
        entry.id.description, entry.kind.rawValue, entry.stage.map { "\($0.id) \($0.phase.rawValue)" } ?? "-",
        Format.age(now - entry.createdAt.secondsSinceEpoch), entry.head?.short ?? "-",
        "\(entry.dirtyCount)", entry.databaseByteCount.map(Format.bytes) ?? "-",
        Format.bytes(entry.bytesStored),
        (state ?? "damaged") + (entry.tests.map { ", tests \(TestText.word($0))" } ?? ""),
      ]
    }
    if let problem { workspace.console.warning("what release tags make stable is not known: \(problem)") }
    workspace.console.result(Format.table([header] + rows).joined(separator: "\n"))
    for entry in shown.suffix(remarkedCount) {
      guard let remark = entry.standing?.reservation else { continue }
      workspace.console.remark("\(entry.id): \(Format.visible(remark))")
    }
  }

  static let show = Command(
    name: "show", operands: "[SELECTOR]", operandCount: 0...1,
    summary: "show one checkpoint (default: latest)",
    options: [
      .flag("--files", help: "list every changed file"),
      .flag("--tables", help: "list every recorded table"),
      .flag("--processes", help: "show what the command for the state of processes printed"),
      .flag("--tests", help: "show the end of what a stage's tests printed"),
    ],
    examples: [
      "checkpoint show", "checkpoint show stage-02-start --files", "checkpoint show latest --tables",
    ]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let catalog = Catalog(store)
    let stability = try workspace.stability(store)
    let manifest = try workspace.select(invocation.operands.first ?? "latest", store, by: stability)
    let notes = try catalog.notes(manifest.id)
    let stable = try stability.reason(of: manifest)
    let console = invocation.console
    if console.isJSON {
      try console.json(CheckpointView(manifest, notes: notes, stable: stable, now: workspace.clock.now()))
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
    // Those of when it was taken are in the summary.
    let risks = manifest.sources.flatMap { $0.risks ?? [] }
    for line in reservations.remarks where !risks.contains(line) {
      console.result("note      \(Format.visible(line))")
    }
    if invocation.has("--processes") { show(manifest.processState?.output, console) }
    if invocation.has("--tests") { show(manifest.tests?.tail, console) }
    if invocation.has("--tables") { try showTables(manifest, store, console) }
    try showChangedFiles(manifest, store, limit: invocation.has("--files") ? .max : 10, console)
    return .done
  }

  /// What a program printed.
  private static func show(_ output: String?, _ console: Console) {
    for line in output?.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
      console.result("  \(Format.visible(String(line)))")
    }
  }

  private static func showTables(_ manifest: Manifest, _ store: Store, _ console: Console) throws {
    for record in try Catalog(store).sources(of: manifest) where !record.isKeptFiles {
      let parts = try record.parts(in: store).map { part in
        ["  \(part.name)", Format.counted(part.count, part.plural), Format.bytes(part.byteCount)]
      }
      for line in Format.table(parts) { console.result(line) }
    }
  }

  private static func showChangedFiles(_ manifest: Manifest, _ store: Store, limit: Int, _ console: Console)
    throws
  {
    guard let list = manifest.git.changedFiles?.list else { return }
    let files = try ChunkReader(store).document([ChangedFile].self, list)
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
