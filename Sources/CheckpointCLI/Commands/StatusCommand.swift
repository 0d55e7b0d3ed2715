// `checkpoint status`: where the work stands.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Git

private struct StatusReport: Encodable {
  struct Database: Encodable {
    var name: String
    var label: String
    var byteCount: Int?
    var recordedByteCount: Int?
    var problem: String?
    /// What will not be possible with it.
    var limits: [String]?
  }

  struct Retained: Encodable {
    var database: String
    var rescue: String
  }

  var last: String?
  var lastAgeSeconds: Int?
  var checkpoints: Int
  var branch: String?
  var commit: String?
  var dirty: Int
  var changedFiles: Int?
  var commitsMoved: Bool?
  var databases: [Database]
  /// Databases that earlier checkpoints hold and that are not found now.
  var missingDatabases: [String]?
  /// Variables that say where a server is, and not which database is the project's.
  var notTaken: String?
  var storeBytes: Int
  var freeBytes: Int
  var pending: String?
  var retained: [Retained]
  var givenUp: [String]
  /// Made on the way and not dropped.
  var left: [String]?
  /// What the background worker is doing.
  var background: String?
  /// What went wrong there the last time.
  var backgroundFailure: String?
  var warm: [String]
  var notWarm: String?
  /// What is to be said of how the last checkpoint comes back.
  var reservation: String?
}

extension Command {
  static let status = Command(
    name: "status", operands: "", operandCount: 0...0, summary: "say where the work stands",
    details:
      """
      The last checkpoint, what has changed since, the store's size, free disk, an interrupted
      operation; databases that were moved aside, warm clones, and what goes on or went wrong in the
      background.
      """,
    options: SharedOptions.database, examples: ["checkpoint status", "checkpoint status --json"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let catalog = Catalog(store)
    let manifests = try catalog.manifests().readable
    let last = manifests.last { !$0.kind.isInternal }
    let now = workspace.clock.now()
    let objects = try workspace.objects()
    // The present state is recorded in quarantine and forgotten: nothing is written to the repository.
    let present = try StateCapture.run(
      workspace.project.location, into: objects,
      policy: workspace.project.capturePolicy(
        excluded: (last?.excluded ?? []).map { GlobPattern($0) } + workspace.project.excludedPatterns))
    var report = StatusReport(
      last: last?.id.description,
      lastAgeSeconds: last.map { now.secondsSinceEpoch - $0.createdAt.secondsSinceEpoch },
      checkpoints: manifests.count { !$0.kind.isInternal }, branch: present.state.branch,
      commit: present.state.head?.description,
      dirty: present.stagedCount + present.unstagedCount + present.untrackedCount + present.conflictCount,
      databases: [], storeBytes: try store.totalByteCount(),
      freeBytes: try FileTree.freeBytes(at: store.root),
      pending: try JournalFile(store).read().map(\.summary), retained: [], givenUp: [],
      background: try WorkerLock.Role.allCases.compactMap { try WorkerLock.running($0, in: store)?.job }
        .joinedOrNil,
      warm: try warm(manifests, catalog))
    report.backgroundFailure =
      WorkerLock.Role.allCases.compactMap { WorkerLock.failure(of: $0, in: store) }.map {
        failure in
        "\(failure.job), \(Format.age(now.secondsSinceEpoch - failure.at.secondsSinceEpoch)): "
          + failure.reason.split(separator: "\n").joined(separator: "; ")
      }.joinedOrNil
    report.reservation = last.flatMap { Reservations($0, try? catalog.notes($0.id)).headline }
    report.notWarm = notWarm(manifests, catalog, warm: report.warm)
    if let tree = last?.git.stateTree, objects.exists(tree) {
      let recorded = try objects.entry(named: "worktree", in: tree)?.id
      report.changedFiles = try objects.differences(from: recorded, to: present.state.worktree).count
      report.commitsMoved = last?.git.head != present.state.head
    }
    report.databases = try databases(workspace, last)
    if !invocation.has("--no-database") {
      let missing = try ExpectedDatabases.missing(
        besides: report.databases.map(\.name), workspace.project.settings, catalog)
      report.missingDatabases = missing.isEmpty ? nil : missing.map(\.label)
      report.notTaken = report.databases.isEmpty ? workspace.discovery().unnamed : nil
    }
    let sources = (try? workspace.sources()) ?? []
    report.retained = try RetainedDatabases(store, sources: sources).list().filter { entry in
      // One that somebody dropped by hand is not kept; where the server does not answer, the store's word stands.
      let source = sources.first { $0.name == entry.record.name } as? any KeepsReplaced
      return (try? source?.isHeld(entry.database)) ?? true
    }.map {
      .init(database: $0.database.database, rescue: $0.rescue.id.description)
    }
    report.givenUp = sources.compactMap { $0 as? any KeepsReplaced }.flatMap { (try? $0.givenUp()) ?? [] }
    let token = try JournalFile(store).read()?.token
    let left = sources.flatMap { (try? $0.leftovers(except: token)) ?? [] }.map(\.text)
    if !left.isEmpty { report.left = left }
    if invocation.console.isJSON {
      try invocation.console.json(report)
    } else {
      print(report, invocation.console)
    }
    return .done
  }

  /// Why the newest that should have a clone has none, unless one that came later has.
  private static func notWarm(_ manifests: [Manifest], _ catalog: Catalog, warm: [String]) -> String? {
    for manifest in manifests.reversed() {
      if warm.contains(manifest.id.description) { return nil }
      if let failure = (try? catalog.notes(manifest.id))?.warmFailure {
        return "\(manifest.id): \(failure.reason.split(separator: "\n").joined(separator: "; "))"
      }
    }
    return nil
  }

  /// Checkpoints with a clone.
  private static func warm(_ manifests: [Manifest], _ catalog: Catalog) throws -> [String] {
    manifests.filter { manifest in
      ((try? catalog.notes(manifest.id))?.warm ?? []).contains { $0.seal != nil }
    }.map(\.id.description)
  }

  private static func databases(_ workspace: Workspace, _ last: Manifest?) throws -> [StatusReport.Database] {
    let sources: [any DataSource]
    do { sources = try workspace.allSources().map(\.source) } catch let error as DiscoveryProblem {
      return [.init(name: "main", label: "not found", problem: Diagnostic(error).message)]
    }
    return sources.map { source in
      var report = StatusReport.Database(name: source.name, label: source.label)
      report.recordedByteCount = last?.sources.first { $0.name == source.name }?.liveByteCount
      do {
        let found = try source.outlook()
        (report.label, report.byteCount) = (found.label, found.byteCount)
        report.limits = found.limits.isEmpty ? nil : found.limits
      } catch { report.problem = Diagnostic(error).message }
      return report
    }
  }

  private static func print(_ report: StatusReport, _ console: Console) {
    var rows: [[String]] = []
    if let pending = report.pending {
      rows.append(["pending", "\(pending): checkpoint rollback --continue or --abort"])
    }
    let place = report.branch.map { "on \($0)" } ?? "detached"
    rows.append([
      "work",
      "\(report.commit.map { String($0.prefix(8)) } ?? "no commit") \(place), \(Format.plural(report.dirty, "changed path"))",
    ])
    if let last = report.last, let age = report.lastAgeSeconds {
      rows.append([
        "last", "\(last) (\(Format.age(age))), of \(Format.plural(report.checkpoints, "checkpoint"))",
      ])
      if let files = report.changedFiles {
        let commits = report.commitsMoved == true ? ", and HEAD has moved" : ""
        rows.append([
          "since",
          files == 0 ? "no file has changed\(commits)" : "\(Format.plural(files, "file")) changed\(commits)",
        ])
      }
    } else {
      rows.append(["last", "no checkpoint yet: checkpoint stage-01-start, or checkpoint full"])
    }
    if let reservation = report.reservation { rows.append(["note", Format.visible(reservation)]) }
    for database in report.databases {
      if let problem = database.problem {
        rows.append(["database", "\(database.label): \(problem)"])
      } else {
        let before = database.recordedByteCount.map { ", \(Format.bytes($0)) at the last checkpoint" } ?? ""
        rows.append(["database", "\(database.label), \(Format.bytes(database.byteCount ?? 0))\(before)"])
      }
      for limit in database.limits ?? [] { rows.append(["", limit]) }
    }
    for label in report.missingDatabases ?? [] {
      rows.append(["database", "\(label): in earlier checkpoints, and not found now"])
    }
    if let variables = report.notTaken {
      rows.append([
        "database", "none taken: \(variables) say where a server is, and not which database is the project's",
      ])
    }
    for retained in report.retained {
      rows.append(["kept", "\(retained.database), for undo of \(retained.rescue)"])
    }
    for id in report.warm { rows.append(["warm", "\(id): back in an instant"]) }
    if let reason = report.notWarm { rows.append(["not warm", reason]) }
    if let job = report.background { rows.append(["background", "at work: \(job)"]) }
    if let failure = report.backgroundFailure { rows.append(["failed", failure]) }
    for name in report.givenUp {
      rows.append([
        "kept", "\(name), in use for a moment before a rollback was given up; drop it when you like",
      ])
    }
    for text in report.left ?? [] { rows.append(["left", text]) }
    rows.append([
      "store", "\(Format.bytes(report.storeBytes)), \(Format.bytes(report.freeBytes)) free on its disk",
    ])
    for line in Format.table(rows) { console.result(line) }
  }
}

extension [String] {
  /// In one line; nil where there is nothing.
  fileprivate var joinedOrNil: String? { isEmpty ? nil : joined(separator: "; ") }
}
