// PostgreSQL as a kind of data source: how its databases are found, and the words for them.

import Checkpoints
import ChunkStore

package enum PostgreSQLKind: SourceKind {
  package static let type = PostgreSQLSource.typeName
  package static let noun = "database"
  package static let counts = ["tables", "rows"]
  package static let settings = PostgreSQLSource.settings

  package static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart] {
    if record.document == nil { return [] }
    let document = try DatabaseDocument(of: record, in: store)
    return document.tables.enumerated().map { index, table in
      SourcePart(
        name: table.tableName.display, count: document.rowCount(ofTable: index), plural: "rows",
        byteCount: document.streams[index + 1].byteCount)
    }
  }

  package static func takingBack(_ options: SourceOptions) throws -> SourceOptions {
    try DatabaseOptions.takingBack(options)
  }

  package static func understands(_ options: SourceOptions) -> Bool {
    (try? options.decoded(DatabaseOptions.self)) != nil
  }

  package static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource] {
    var limits = try PostgreSQLSource.Limits(place.project.settings)
    if let patience = place.patience {
      limits.connect = min(limits.connect, patience)
      limits.lock = min(limits.lock, Int(patience.rounded(.up)))
    }
    let databases = try locate(in: place, for: purpose)
    // Databases that are recorded at the same time share the connections that a single one may use.
    if purpose.target == nil { limits.jobs = max(1, limits.jobs / max(1, databases.count)) }
    return databases.map { located in
      FoundSource(
        PostgreSQLSource(located, limits: limits, clock: place.clock),
        remarks: located.remarks + ignoredParameters(of: located), origin: "\(located.origin)",
        settings: DatabaseSection.text(of: located, namesClientPrefix: place.clientPrefix != nil),
        leavesPasswordOut: located.parameters.values["password"] != nil && located.variable == nil)
    }
  }

  /// Parameters that choose the schemas of sessions are ignored without a remark.
  private static func ignoredParameters(of located: LocatedDatabase) -> [String] {
    let silent: Set<String> = ["schema", "currentschema", "search_path", "search path", "searchpath"]
    return located.parameters.ignored.filter { !silent.contains($0.lowercased()) }.map {
      "the parameter \($0) of the database URL is not PostgreSQL's and is ignored"
    }
  }

  /// Finds the databases' addresses without connecting.
  package static func locate(
    in place: SourcePlace, for purpose: SourcePurpose = .looking
  ) throws -> [LocatedDatabase] {
    guard case .restoring(let target, let since, let store) = purpose else {
      let found = try all(in: place, for: purpose)
      if case .recording = purpose { return found.filter(\.isRecorded) }
      return found
    }
    // A release has only git's part, so no database needs to be found.
    if target.kind == .release { return [] }
    let rescue = since ?? (target.kind == .rescue ? target : nil)
    guard let rescue else { return try all(in: place, for: purpose) }
    // A restored file may lead elsewhere by now. What a rollback replaced stayed in its place, and the files that were there
    // before give its address.
    let present = Result { try all(in: place, for: purpose) }
    let found = (try? present.get()) ?? []
    func fits(_ located: LocatedDatabase) -> Bool {
      rescue.sources.contains { $0.name == located.name && $0.label == "\(located.parameters)" }
    }
    let replaced = rescue.data.map(\.name)
    if replaced.allSatisfy({ name in found.contains { $0.name == name && fits($0) } }) {
      return try present.get()
    }
    let earlier = ((try? discovery(in: place, recordedIn: (rescue, store), isFirst: true).find()) ?? [])
      .filter(fits)
    if earlier.isEmpty { return try present.get() }
    let names = Set(earlier.map(\.name))
    return earlier + found.filter { !names.contains($0.name) }
  }

  package static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress] {
    // The same in every environment, so that a consent holds everywhere.
    try DatabaseDiscovery(
      worktree: place.project.location.worktree, settings: place.project.settings, environment: [:],
      isTrusted: { false }, isTracked: place.isTracked, recorded: { _ in nil }
    ).committedAddresses()
  }

  package static func clues(in place: SourcePlace) -> SourceClues {
    let discovery = discovery(in: place)
    var clues = SourceClues()
    clues.unnamed = discovery.unnamed
    clues.otherAddresses = discovery.otherAddresses
    return clues
  }

  package static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange] {
    // Databases that cannot be found have no address to compare with.
    let located = (try? discovery(in: place).find()) ?? []
    let addresses = KeptAddresses(environment: place.environment, located: located)
    return files.flatMap { file in
      addresses.changes(in: file.path, recorded: file.recorded, present: file.present, isOthers: isOthers)
    }
  }

  /// Includes databases that checkpoints do not record.
  private static func all(in place: SourcePlace, for purpose: SourcePurpose) throws -> [LocatedDatabase] {
    var recorded: (Manifest, Store)?
    if case .restoring(let target, _, let store) = purpose { recorded = (target, store) }
    return try discovery(in: place, recordedIn: recorded)
      .find(place.address, clientPrefix: place.clientPrefix)
  }

  /// - Parameters:
  ///   - recorded: a checkpoint that is to be restored: if the project's own `.env` is lost, the database is found by the
  ///     one in the checkpoint.
  ///   - isFirst: whether the checkpoint's files count before the present ones.
  package static func discovery(
    in place: SourcePlace, recordedIn recorded: (Manifest, Store)? = nil, isFirst: Bool = false
  ) -> DatabaseDiscovery {
    // Another clone's files lead to that clone's database, and not to this project's.
    let ours = recorded.flatMap { target, store in
      target.isForeign(toStoreAt: store.root) ? nil : (target, store)
    }
    return DatabaseDiscovery(
      worktree: place.project.location.worktree, settings: place.project.settings,
      environment: place.environment, isTrusted: place.isTrusted, isTracked: place.isTracked,
      recorded: { path in ours.flatMap { KeptFiles.contents(of: path, in: $0.0, $0.1) } },
      prefersRecorded: isFirst)
  }
}
