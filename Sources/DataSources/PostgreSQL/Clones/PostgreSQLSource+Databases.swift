// What a PostgreSQL database can do besides being recorded and restored: databases that rollbacks moved aside, proofs, warm
// clones.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

extension PostgreSQLSource: KeepsReplaced, Provable, Clonable {
  func context(_ store: Store, _ token: String, _ progress: any ProgressReporter) -> DatabaseContext {
    DatabaseContext(
      store: store, token: token, progress: progress)
  }

  // MARK: Moved aside

  package func isHeld(_ retained: RetainedDatabase) throws -> Bool {
    try ServerAccess(self).holds(retained)
  }

  package func secure(
    _ retained: RetainedDatabase, into session: ChunkSession, progress: any ProgressReporter
  ) throws -> SecuredContents? {
    let access = try ServerAccess(named(for: newToken()))
    guard try access.holds(retained) else { return nil }
    try access.setConnections(allowed: true, to: retained.database)
    let writes = try access.writeCount(in: retained.database)
    var located = access.source.located
    located.parameters = located.parameters.with(database: retained.database)
    // It is dropped afterwards, so everything is copied.
    located.selection = DatabaseSelection()
    let record: SourceRecord
    do {
      let aside = PostgreSQLSource(located, limits: limits, clock: clock)
      record = try DatabaseSnapshot(aside, recordedAs: retained.live ?? access.live).capture(
        into: session, progress: progress)
    } catch {
      let cause = error
      Interruption.shielded { _ = try? access.setConnections(allowed: false, to: retained.database) }
      throw cause
    }
    let wasBusy =
      try access.shutOut(retained.database) || access.writeCount(in: retained.database) != writes
    let seal = try access.seal(of: retained.database, oid: retained.oid)
    // Another session may have written to it meanwhile, so the copy does not allow dropping it.
    return SecuredContents(record: record, seal: wasBusy ? "" : seal ?? "")
  }

  package func release(_ retained: RetainedDatabase, seal: String) throws -> Bool {
    let access = try ServerAccess(self)
    guard try access.holds(retained), try access.seal(of: retained.database, oid: retained.oid) == seal else {
      return false
    }
    try access.drop(retained.database)
    return true
  }

  // MARK: Proofs and clones

  package func prove(
    _ record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> (problems: [String], remarks: [String])? {
    let document = try DatabaseDocument(of: record, in: store)
    if document.selection?.rowsOf != nil { return nil }
    let token = newToken()
    let access = try ServerAccess(named(for: token))
    try access.checkCanCreate()
    let clone = DatabaseClone(document, access, context(store, token, progress))
    var attempts = 0
    while true {
      attempts += 1
      do {
        try access.checkProvides(document, for: DatabaseRequest())
        let outcome = try clone.restore()
        try clone.compare(outcome)
        access.clear(clone.buildingName, after: nil)
        return ([], outcome.notes)
      } catch {
        let cause = error
        access.clear(clone.buildingName, after: cause)
        // A program that failed may have been killed. If the checkpoint is at fault, it fails again.
        if cause is SubprocessError && attempts < 2 { continue }
        guard let problems = Self.problems(in: cause) else { throw cause }
        return (problems, [])
      }
    }
  }

  /// The problems of a checkpoint that an error shows; nil if it only shows a present obstacle: no server, no space, no
  /// rights.
  static func problems(in error: any Error) -> [String]? {
    switch error {
    case DatabaseProblem.mismatch(let differences): differences
    case DatabaseProblem.notRestorable(let left): left.map(\.description)
    case DatabaseProblem.missingRoles, DatabaseProblem.missingExtensions, DatabaseProblem.documentMissing:
      ["\(error)"]
    case StoreError.chunkMissing, StoreError.chunkDamaged, StoreError.listIncomplete: ["\(error)"]
    case let error as SubprocessError where !error.message.contains("No space left"):
      ["it cannot be restored: \(error)"]
    default: nil
    }
  }

  package func makeClone(
    of record: SourceRecord, in store: Store, mayCopy: Bool, progress: any ProgressReporter,
    note: (WarmClone) throws -> Void
  ) throws -> WarmClone? {
    let (start, token) = (MonotonicTime.now, newToken())
    let document = try DatabaseDocument(of: record, in: store)
    let access = try ServerAccess(named(for: token))
    if !document.isDatabase { return nil }
    try access.checkCanCreate()
    try access.check(binding: document)
    let clone = DatabaseClone(document, access, context(store, token, progress))
    do {
      if try mayCopy && clone.copy() {
        do { return try clone.keep(record.name, .copied, since: start, note: note) } catch DatabaseProblem
          .mismatch
        {
          try access.drop(clone.buildingName)
        }
      }
      try access.checkProvides(document, for: DatabaseRequest())
      if let obstacle = try Self.cloneObstacle(document, store, access) {
        throw DatabaseProblem.noClone(obstacle)
      }
      let outcome = try clone.restore()
      return try clone.keep(record.name, .restored, outcome, since: start, note: note)
    } catch {
      let cause = error
      access.clear(clone.buildingName, after: cause)
      throw cause
    }
  }

  /// Why a separately restored database could not replace the live one.
  static func cloneObstacle(
    _ document: DatabaseDocument, _ store: Store, _ access: ServerAccess
  ) throws -> String? {
    let contents = try ArchiveContents.read(document, ChunkReader(store))
    let obstacle =
      try ExtensionsToKeep(document, store, access).obstacle
      ?? access.ownerObstacle(contents, DatabaseRequest())
    return obstacle?.description
  }

  package func condition(of clone: WarmClone) throws -> WarmClone.Condition {
    try ServerAccess(self).condition(of: clone)
  }

  package func drop(_ clone: WarmClone) throws {
    let access = try ServerAccess(self)
    if try access.condition(of: clone) != .elsewhere, try access.oid(of: clone.database) == clone.oid {
      try access.drop(clone.database)
    }
  }

  package func dropClone(named name: String) throws { try ServerAccess(self).drop(name) }

  package func dropAbandoned() throws { try ServerAccess(self).dropAbandoned() }

  package func freeBytes() throws -> Int? {
    let host = located.parameters.values["hostaddr"] ?? located.parameters.values["host"] ?? ""
    let isHere = host.isEmpty || host.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains(host)
    guard isHere, located.clientPrefix.isEmpty else { return nil }
    // Only users who may read all settings may ask for it.
    let directory = try? connect().query("SELECT current_setting('data_directory')").first?[0]
    return directory.flatMap { try? FileTree.freeBytes(at: BytePath($0)) }
  }

  package func givenUp() throws -> [String] {
    try ServerAccess(self).databases(for: .givenUp).map(\.name)
  }

  package func cloneNames() throws -> [String] {
    try ServerAccess(self).databases(for: .warm).map(\.name)
  }
}

extension ServerAccess {
  /// Drops what an attempt left. If the process must end quickly, the next operation does it.
  func clear(_ database: String, after error: (any Error)?) {
    if error is Interrupted && Interruption.isHurried { return }
    Interruption.shielded { try? drop(database) }
  }

  func condition(of clone: WarmClone) throws -> WarmClone.Condition {
    if let server = clone.server, server != systemIdentifier { return .elsewhere }
    // Its name is derived from another database than the configured one, or is not one of ours.
    guard isDerived(clone.database, for: .warm) else { return .elsewhere }
    guard try oid(of: clone.database) == clone.oid else { return .gone }
    guard let seal = clone.seal else { return .changed }
    return try self.seal(of: clone.database, oid: clone.oid) == seal ? .intact : .changed
  }
}
