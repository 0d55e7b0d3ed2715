// `checkpoint list`: the checkpoints, oldest first.

import Checkpoints
import FileSystem
import Formatting
import Operations

extension Command {
  static let list = Command(
    name: "list", summary: "list the checkpoints, oldest first",
    options: [
      .flag("-a", "--all", help: "also those that rollback took, and spent ones"),
      .value("--remote", as: "NAME", help: "those that a remote has"),
    ],
    examples: ["checkpoint list", "checkpoint list --json", "checkpoint list --remote backup"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    if let name = invocation.value("--remote") { return try listRemote(name, workspace) }
    if invocation.console.isJSON { return try listJSON(workspace) }
    let (listing, rows) = try workspace.session.looking { opened in
      let listing = try Listing.read(opened.store)
      let shown = listing.entries.filter { invocation.has("--all") || !$0.kind.isInternal }
      return (listing, try Self.rows(shown, workspace, opened.stability()))
    }
    for problem in listing.unreadable { invocation.console.warning("\(problem)") }
    if rows.lines.isEmpty {
      invocation.console.remark("no checkpoint yet: checkpoint stage-01-start, or checkpoint full")
    } else {
      if let problem = rows.problem {
        invocation.console.warning("what release tags make stable is not known: \(problem)")
      }
      let header = ["ID", "KIND", "STAGE", "AGE", "COMMIT", "DIRTY", "DATABASE", "NEW", "STATE"]
      workspace.console.result(Format.table([header] + rows.lines).joined(separator: "\n"))
      for remark in rows.remarks { workspace.console.remark(remark) }
    }
    return listing.unreadable.isEmpty ? .done : .partly
  }

  private static func listRemote(_ name: String, _ workspace: Workspace) throws -> ExitCode {
    let (invocation, console) = (workspace.invocation, workspace.console)
    if invocation.has("--all") {
      throw UsageError(description: "--all is about this store, and does not go with a remote")
    }
    let (place, found, damaged) = try workspace.session.listed(on: name)
    for problem in damaged { console.warning("\(problem)") }
    if console.isJSON {
      struct View: Encodable {
        var id: String, origin: String, kind: Kind, createdAt: Timestamp, commit: String?, host: String
        var pushedAt: Timestamp
        var isHere: Bool
      }
      try console.json(
        found.map {
          View(
            id: $0.id.description, origin: $0.origin, kind: $0.manifest.kind,
            createdAt: $0.manifest.createdAt,
            commit: $0.manifest.git.head?.description, host: $0.host, pushedAt: $0.pushedAt, isHere: $0.isHere
          )
        })
    } else if found.isEmpty {
      console.remark("\(place.name) has no checkpoint yet: checkpoint push")
    } else {
      console.result(RemoteText.table(found, now: workspace.now).joined(separator: "\n"))
    }
    return damaged.isEmpty ? .done : .partly
  }

  /// Everything that the manifests contain.
  private static func listJSON(_ workspace: Workspace) throws -> ExitCode {
    let (views, unreadable) = try workspace.session.looking { opened in
      let (manifests, unreadable) = try opened.catalog.manifests()
      let shown = manifests.filter { workspace.invocation.has("--all") || !$0.kind.isInternal }
      let stability = try opened.stability()
      let views = try shown.map { manifest in
        var manifest = manifest
        manifest.processState?.output = nil
        manifest.tests?.tail = nil
        return try CheckpointView(
          manifest, notes: opened.catalog.notes(manifest.id), stable: stability.reason(of: manifest),
          now: workspace.now)
      }
      return (views, unreadable)
    }
    for problem in unreadable { workspace.console.warning("\(problem)") }
    try workspace.console.json(views)
    return unreadable.isEmpty ? .done : .partly
  }

  /// The number of newest checkpoints whose remarks `list` prints; `show` prints those of every checkpoint.
  private static let remarkedCount = 10

  private typealias Rows = (lines: [[String]], remarks: [String], problem: (any Error)?)

  private static func rows(
    _ shown: [ListEntry], _ workspace: Workspace, _ stability: Stability
  ) -> Rows {
    let now = workspace.now.secondsSinceEpoch
    var problem: (any Error)?
    let lines = shown.map { entry in
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
    let remarks = shown.suffix(remarkedCount).compactMap { entry in
      entry.standing?.reservation.map { "\(entry.id): \(Format.visible($0))" }
    }
    return (lines, remarks, problem)
  }
}
