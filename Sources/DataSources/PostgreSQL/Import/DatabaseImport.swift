// Imports a dump as the database of a checkpoint: it is restored into a database next to the project's own, recorded from
// there under the project's name, and dropped.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Glibc
import Postgres

package struct DatabaseImport {
  private let source: PostgreSQLSource
  private let options: ImportOptions
  private let store: Store
  private let progress: any ProgressReporter
  private let note: (String) -> Void

  /// - Parameter note: receives what was left out of a dump, or restored differently.
  package init(
    _ source: PostgreSQLSource, _ options: ImportOptions, store: Store, progress: any ProgressReporter,
    note: @escaping (String) -> Void
  ) {
    (self.source, self.options, self.store, self.progress) = (source, options, store, progress)
    self.note = note
  }

  /// Restores the dump, and calls `body` with a source that records the result under the project's own name.
  package func run<Result>(_ file: DumpFile, _ body: (any DataSource) throws -> Result) throws -> Result {
    let token = source.newToken()
    let named = source.named(for: token)
    let access = try ServerAccess(named)
    try access.checkCanCreate()
    try access.dropAbandoned()
    try ImportRole.dropAbandoned(access)
    let name = access.derivedName(.restoring, token: token)
    var located = named.located
    located.parameters = located.parameters.with(database: name)
    // All of the dump, whatever is recorded of the project's own database.
    located.selection = DatabaseSelection()
    let scratch = PostgreSQLSource(located, limits: named.limits, clock: named.clock)
    let before = try ServerPicture(access.maintenanceConnection(), scratch: name)
    var role: ImportRole?
    defer { Interruption.shielded { cleanUp(name, role, access) } }
    let properties = try create(name, access)
    role = try makeRole(token, for: name, access)
    try endingSessions(of: name, access) { try restore(file, scratch, role, access, before) }
    try role?.drop(owning: name)
    // A script may have changed the properties and the owner.
    try properties?.reapply(to: name, access.maintenanceConnection())
    return try body(ImportedDatabase(source: scratch, recordedName: access.live))
  }

  /// A function in the file can catch the cancellation of its query and continue, so its session is ended.
  private func endingSessions(of name: String, _ access: ServerAccess, _ body: () throws -> Void) throws {
    let parameters = try access.maintenanceConnection().parameters
    let limit = source.limits.connect
    try Interruption.withCanceller(
      {
        // If that fails, the query was at least cancelled.
        try? Connection.open(parameters, timeout: limit).execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(name.asLiteral)")
      }, body)
  }

  /// The database is dropped first, with everything that the role owns.
  private func cleanUp(_ name: String, _ role: ImportRole?, _ access: ServerAccess) {
    do {
      try access.abandonTransactions(in: name)
      try access.drop(name)
      try role?.drop(owning: name)
    } catch {
      let things = name + (role.map { " or the role \($0.name)" } ?? "")
      note("\(things) could not be dropped, and the next import tries again: \(error)")
    }
  }

  /// Restores, and checks what else has changed on the server.
  private func restore(
    _ file: DumpFile, _ scratch: PostgreSQLSource, _ role: ImportRole?, _ access: ServerAccess,
    _ before: ServerPicture
  ) throws {
    let name = scratch.located.parameters.database ?? ""
    var failure: (any Error)?
    do {
      progress.update("restore the dump", done: 0, total: nil, unit: .items)
      defer { progress.finish("restore the dump") }
      try restore(file, scratch, role, access)
    } catch { failure = error }
    if let failure = failure as? Interrupted { throw failure }
    try access.abandonTransactions(in: name)
    let differences = try ServerPicture(access.maintenanceConnection(), scratch: name).differences(
      since: before, countsAll: role == nil)
    if !differences.isEmpty {
      throw ImportProblem.changedServer(differences + (failure.map { ["\($0)"] } ?? []))
    }
    if let failure { throw failure }
  }

  /// nil if the user vouches for the file.
  private func makeRole(_ token: String, for database: String, _ access: ServerAccess) throws -> ImportRole? {
    if options.isTrusted { return nil }
    var reason = ""
    if let role = try ImportRole.make(token, for: database, access, without: &reason) { return role }
    let rights = try access.rightsInWords()
    guard try options.asksForTrust(reason, rights) else { throw ImportProblem.declined }
    return nil
  }

  /// Creates the database with the properties of the project's own, if that exists: a dump has none.
  private func create(_ name: String, _ access: ServerAccess) throws -> DatabaseProperties? {
    let maintenance = try access.maintenanceConnection()
    guard access.liveOID != nil else {
      try maintenance.execute("CREATE DATABASE \(name.asIdentifier) TEMPLATE template0")
      return nil
    }
    let properties = try DatabaseProperties.read(source.connect())
    try maintenance.execute(
      properties.creation(as: name, serverMajor: access.serverMajor, Tablespaces(maintenance)))
    try properties.giveToOwner(name, maintenance)
    _ = try properties.apply(to: name, maintenance)
    return properties
  }

  private func restore(
    _ file: DumpFile, _ scratch: PostgreSQLSource, _ role: ImportRole?, _ access: ServerAccess
  ) throws {
    switch file.kind {
    case .script: try run(file.pieces(), scratch, role)
    case .project:
      let tar = try TarReader(file.pieces())
      while let entry = try tar.next() {
        guard case .database(options.script) = ProjectFile(entry.path) else { continue }
        return try run({ try tar.read() }, scratch, role)
      }
    case .custom, .tarArchive, .directory: try restoreArchive(file, scratch, role, access)
    }
  }

  private func run(
    _ pieces: @escaping () throws -> [UInt8], _ scratch: PostgreSQLSource, _ role: ImportRole?,
    isOfArchive: Bool = false
  ) throws {
    let own = try scratch.connect()
    let place = ScriptRun.place(isOfArchive: isOfArchive)
    let granted = try role.map { try GrantedStatements(own, $0, place: place, note: note) }
    try ScriptRun(
      connection: role?.connection ?? own, granted: granted, leavesOwnersOut: options.leavesOwnersOut,
      leavesPrivilegesOut: options.leavesPrivilegesOut, standardPath: own.standardPath(),
      isOfArchive: isOfArchive,
      note: note
    ).run(pieces)
  }

  /// pg_restore accepts a tar archive that was cut short. pg_dump ends one with a script, which must be there.
  private func requireWhole(_ file: DumpFile) throws {
    let tar = try TarReader(file.pieces())
    var last: [UInt8] = []
    while let entry = try tar.next() {
      last = entry.path
      while try !tar.read().isEmpty {}
    }
    if !last.elementsEqual("restore.sql".utf8) { throw ImportProblem.cutArchive(file.path) }
  }

  /// pg_restore only writes the script, which we run: its own connection would fail at the first setting that this server
  /// does not have, run programs that the archive names, and load tables in parallel that must be loaded in order.
  private func restoreArchive(
    _ file: DumpFile, _ scratch: PostgreSQLSource, _ role: ImportRole?, _ access: ServerAccess
  ) throws {
    if file.kind == .tarArchive { try requireWhole(file) }
    let programs = try archivePrograms(file, scratch, access)
    var words = programs.restoreCommand + ["--file=-"]
    if options.leavesOwnersOut { words.append("--no-owner") }
    if options.leavesPrivilegesOut { words.append("--no-privileges") }
    let session = try ChunkSession(store)
    defer { session.end() }
    var arguments = words.map { BytePath($0) }
    if !programs.isRemote {
      arguments.append(try plain(file, session))
    } else if file.kind != .custom {
      throw ImportProblem.remotePrograms(file.path)
    }
    let process = Subprocess(arguments, label: "pg_restore")
    let isFed = programs.isRemote
    let script = Conveyor<[UInt8]>(ahead: 16) { give in
      let feed = isFed ? try file.pieces() : { [] }
      try process.run(feed: feed, consume: { try give(Array($0)) })
    }
    defer { script.stop() }
    do { try run({ try script.next() ?? [] }, scratch, role, isOfArchive: true) } catch let error
      as SubprocessError
      where error.message.contains("unsupported version")
    {
      throw ImportProblem.newerArchive(file.path, major: Self.dumpMajor(of: file))
    }
  }

  /// The version of the pg_dump that wrote a custom archive.
  private static func dumpMajor(of file: DumpFile) -> Int? {
    guard file.kind == .custom, let pieces = try? file.pieces() else { return nil }
    let input = ArchiveInput(pieces)
    input.textLimit = 1 << 16
    guard let header = try? ArchiveHeader(input) else { return nil }
    return Int(String(decoding: header.dumpVersion ?? [], as: UTF8.self).prefix { $0.isNumber })
  }

  /// An archive of a newer pg_dump needs a pg_restore that is as new.
  private func archivePrograms(
    _ file: DumpFile, _ scratch: PostgreSQLSource, _ access: ServerAccess
  ) throws -> ClientPrograms {
    let newer = try? ClientPrograms.locate(
      serverMajor: max(access.serverMajor, Self.dumpMajor(of: file) ?? 0),
      prefix: scratch.located.clientPrefix)
    return try newer ?? access.clientPrograms()
  }

  /// The file itself, or its expanded contents: pg_restore seeks in it.
  private func plain(_ file: DumpFile, _ session: ChunkSession) throws -> BytePath {
    if file.compression == .none {
      // A name that begins with a dash would be taken for an option.
      return file.path.isAbsolute ? file.path : BytePath("./".utf8 + file.path.bytes)
    }
    let path = session.temporaryPath("dump")
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    let pieces = try file.pieces()
    while case let piece = try pieces(), !piece.isEmpty { try store.files.write(piece, to: output) }
    return path
  }
}

/// The database that was restored from a dump, recorded under another one's name.
private struct ImportedDatabase: DataSource {
  let source: PostgreSQLSource
  let recordedName: String

  var name: String { source.name }
  var type: String { source.type }
  var label: String { source.label }

  func outlook() throws -> SourceOutlook { try source.outlook() }

  func openSnapshot() throws -> any DataSourceSnapshot {
    try DatabaseSnapshot(source, recordedAs: recordedName)
  }

  func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    try source.restoration(of: record, context: context)
  }
}
