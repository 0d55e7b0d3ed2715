// `checkpoint diff`: what differs between two checkpoints, or a checkpoint and the present state.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

extension Command {
  static let diff = Command(
    name: "diff", operands: [.optional("A", .checkpoint), .optional("B", .checkpoint)],
    summary: "say what differs between two checkpoints, or a checkpoint and now",
    details:
      """
      A is latest by default, and B the present state: the working copy, and the databases that checkpoints record.
      Without --data, rows of large tables are compared by what is known of them; with it, the chunks that differ
      are read and the rows counted, as is done for small tables anyway. A present database is read whole for that, once;
      without --data only up to 1 GiB. Nothing of it is stored. Of configuration files that git must not hold, only names are shown.
      """,
    options: [
      .flag("--stat", help: "only totals"),
      .flag("--files", help: "only files, all of them"),
      .flag("--schema", help: "only definitions of the databases, in full"),
      .flag("--data", help: "count the rows that differ in large tables, too, by reading them"),
      .value(
        "--table", as: "NAME", repeatable: true,
        help: "the rows of this table that differ, by primary key; * and ? stand for parts of names"),
      .value("--limit", as: "N", help: "rows of each kind that --table lists (default 20)"),
    ] + SharedOptions.database,
    examples: [
      "checkpoint diff stage-02-start", "checkpoint diff stage-02-start stage-02-complete --schema",
      "checkpoint diff latest --data --table orders",
    ], exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let sections = try DiffSections(invocation)
    let workspace = try Workspace(invocation)
    let store = try workspace.openStore()
    let stability = try workspace.stability(store)
    let selectors = invocation.operands
    let before = try workspace.select(selectors.first ?? "latest", store, by: stability)
    let after =
      selectors.count > 1 ? try workspace.select(selectors[1], store, by: stability) : nil
    let changes = try ProjectDiff(workspace, store, sections).run(from: before, to: after)
    if invocation.console.isJSON {
      try invocation.console.json(changes)
    } else {
      for line in DiffText(sections).lines(changes) { invocation.console.result(line) }
    }
    return changes.isPartial ? .partly : .done
  }
}

/// Brings the two sides together, part by part. What cannot be compared is said, and does not hide the rest.
private struct ProjectDiff {
  /// A present database that is larger is read only where somebody asks for its rows.
  private static let unaskedReadLimit = 1 << 30
  /// And of one that is smaller, rows are kept while it is compared, so that those that differ can be counted.
  private static let unaskedRowsLimit = 64 << 20

  private let workspace: Workspace
  private let store: Store
  private let sections: DiffSections

  init(_ workspace: Workspace, _ store: Store, _ sections: DiffSections) {
    (self.workspace, self.store, self.sections) = (workspace, store, sections)
  }

  func run(from before: Manifest, to after: Manifest?) throws -> CheckpointChanges {
    var changes = CheckpointChanges(
      before: .init(before), after: after.map { .init($0) } ?? .init(at: workspace.clock.now()))
    if sections.showsFiles { try compareFiles(before, after, &changes) }
    if sections.showsDatabases && !workspace.invocation.has("--no-database") {
      try compareDatabases(before, after, &changes)
    }
    return changes
  }

  // MARK: Files

  private func compareFiles(
    _ before: Manifest, _ after: Manifest?, _ changes: inout CheckpointChanges
  ) throws {
    let objects = try workspace.objects()
    let old = ComparedWork(before, objects)
    let kept = try KeptFilesComparison.marks(of: before.keptFiles, in: store)
    let comparison = WorkComparison(workspace.project.location, objects)
    if let after {
      changes.work = try comparison.changes(from: old, to: ComparedWork(after, objects))
      let marks = try KeptFilesComparison.marks(of: after.keptFiles, in: store)
      changes.keptFiles = KeptFilesComparison.changes(from: kept, to: marks)
      return
    }
    let excluded = before.excluded.map { GlobPattern($0) } + workspace.project.excludedPatterns
    // The present state is recorded in quarantine and forgotten: nothing is written to the repository.
    let present = try StateCapture.run(
      workspace.project.location, into: objects, policy: workspace.project.capturePolicy(excluded: excluded))
    changes.work = try comparison.changes(from: old, to: ComparedWork(present, objects))
    changes.work?.problems += present.problems.map { "\($0.path): \($0.reason)" }
    if before.git.stateTree == nil { return }
    let keep = FilesToKeep(
      setAside: present.setAside, ignored: present.ignored, named: [], excluded: excluded)
    let marks = try KeptFiles(workspace.project, keep: keep).marks()
    changes.keptFiles = KeptFilesComparison.changes(from: kept, to: marks)
    changes.after.keptFileByteCount = marks.byteCount
  }

  // MARK: Databases

  private func compareDatabases(
    _ before: Manifest, _ after: Manifest?, _ changes: inout CheckpointChanges
  ) throws {
    var comparison = DatabaseComparison()
    comparison.comparesSchema = sections.showsSchema
    comparison.comparesTables = sections.showsTables
    comparison.readsRows = sections.data
    comparison.readsSmallTables = true
    comparison.tables = sections.tables
    comparison.rowLimit = sections.tables.isEmpty ? 0 : sections.rowLimit
    comparison.progress = workspace.progress
    let old = try RecordedSource.all(of: before, in: store)
    let found: [DatabaseChanges]
    if let after {
      let new = try RecordedSource.all(of: after, in: store)
      try requireTables((old + new).map(\.database))
      let compared = try comparison.changes(from: old, to: new)
      found =
        compared
        + WholeComparison.changes(
          from: before.data, to: after.data, except: Set(compared.map(\.name)))
    } else {
      found = try compareWithPresent(before, old, comparison, &changes)
    }
    func sum(
      _ side: (DatabaseChanges) -> DatabaseChanges.Totals?, _ figure: (DatabaseChanges.Totals) -> Int?
    ) -> Int? {
      let figures = found.compactMap(side).compactMap(figure)
      return figures.isEmpty ? nil : figures.reduce(0, +)
    }
    changes.before.databaseByteCount = sum(\.before) { $0.liveByteCount }
    changes.after.databaseByteCount = sum(\.after) { $0.liveByteCount }
    changes.before.rowByteCount = sum(\.before, \.textByteCount)
    changes.after.rowByteCount = sum(\.after, \.textByteCount)
    changes.databases = found
  }

  /// A name that means nothing is a mistake, unless a database could not be looked at.
  private func requireTables(_ databases: [ComparedDatabase?]) throws {
    for pattern in sections.tables where !databases.contains(where: { $0?.holds(pattern) ?? true }) {
      throw DatabaseProblem.notRecorded("table", pattern)
    }
  }

  private func compareWithPresent(
    _ before: Manifest, _ old: [RecordedSource], _ comparison: DatabaseComparison,
    _ changes: inout CheckpointChanges
  ) throws -> [DatabaseChanges] {
    let present: [any DataSource]
    do {
      // If the project's own .env is gone, the recorded one says where the database is.
      present = try workspace.sources(for: before).filter(\.isRecorded)
    } catch let error as DiscoveryProblem {
      changes.problems.append("the project's database: \(Diagnostic(error).message)")
      return []
    }
    let sources = present.compactMap { $0 as? PostgreSQLSource }
    // Garbage is not collected meanwhile, and nothing is rolled back.
    let lock = try store.lock(.shared, waiting: 2, isForReading: true)
    defer { withExtendedLifetime(lock) {} }
    var seen: [ComparedDatabase?] = []
    defer { for one in seen { one?.discard() } }
    let names = Set(old.map(\.record.name) + sources.map(\.name)).sorted()
    let found = try names.map { name in
      let (source, earlier) = (sources.first { $0.name == name }, old.first { $0.record.name == name })
      do {
        let (found, live) = try compare(name, earlier, source, comparison)
        seen += [earlier?.database, live]
        return found
      } catch let error as Interrupted {
        throw error
      } catch let error as StoreError {
        throw error
      } catch {
        var found = DatabaseChanges(name: name, before: (earlier?.record).map { .init($0) }, after: nil)
        found.problems.append(Diagnostic(error).message)
        seen.append(nil)
        return found
      }
    }
    try requireTables(seen)
    let others = try present.filter { !($0 is PostgreSQLSource) }.map {
      try WholeComparison.present(of: $0, in: store, progress: workspace.progress)
    }
    return found + WholeComparison.changes(from: before.data, to: others, except: Set(names))
  }

  private func compare(
    _ name: String, _ earlier: RecordedSource?, _ source: PostgreSQLSource?, _ comparison: DatabaseComparison
  ) throws -> (DatabaseChanges, ComparedDatabase?) {
    var found = DatabaseChanges(name: name, before: (earlier?.record).map { .init($0) }, after: nil)
    guard let source else {
      found.problems.append("the project has no such database now")
      return (found, nil)
    }
    let present = try source.outlook()
    guard let earlier else {
      found.after = .init(
        label: present.label, tables: nil, rows: nil, liveByteCount: present.byteCount, textByteCount: nil)
      return (found, nil)
    }
    guard let recorded = earlier.database else {
      found.problems += [earlier.problem].compactMap { $0 }
      return (found, nil)
    }
    var reading = ComparedDatabase.Reading.definitions
    if sections.data {
      reading = .rows
    } else if sections.showsTables && present.byteCount <= Self.unaskedReadLimit {
      reading = present.byteCount <= Self.unaskedRowsLimit ? .rows : .fingerprints
    }
    let start = MonotonicTime.now
    let live = try ComparedDatabase(source, like: recorded, reading, in: store, progress: workspace.progress)
    let seconds = MonotonicTime.now - start
    found = try comparison.changes(from: recorded, to: live)
    if let bytes = found.after?.textByteCount, reading > .definitions {
      found.remarks.append(
        "\(Format.bytes(bytes)) of the present database were read in \(Format.seconds(seconds))")
    } else if sections.showsTables {
      found.remarks.append(
        "the present database has \(Format.bytes(present.byteCount)); --data reads it to compare its rows")
    }
    return (found, live)
  }
}
