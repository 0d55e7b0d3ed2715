// What a rollback brings back besides git's state. Here each source chooses its way.

import FileSystem
import Git

struct RestorationPlanner {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  /// - Parameter isResuming: another process has begun with them.
  func restorations(for target: Manifest, _ journal: Journal, isResuming: Bool) throws -> Restorations {
    let general = RestoreContext(
      store: context.store, token: journal.token, isResuming: isResuming, progress: context.progress,
      request: journal.sourceRequest)
    let keptFilesScope = try keptFilesScope(target, journal)
    // If the notes cannot be read, clones and proof are not used; verify reports that.
    let notes = (try? context.catalog.notes(target.id)) ?? Notes()
    let isProven = try notes.proof?.isGood == true && !context.project.settings[.paranoid]
    var restorations = Restorations()
    for var record in try context.catalog.sources(of: target) where isWanted(record, journal) {
      if record.isKeptFiles {
        let files = KeptFiles(context.project, keep: .none)
        restorations.add(record, try files.restoration(of: record, general, keptFilesScope))
        continue
      }
      // Its name becomes that of its destination, so that undo goes there, too.
      record.name = journal.sourceRequest.destination ?? record.name
      guard let source = context.source(for: record) else {
        throw RollbackProblem.sourceNotConfigured(record.name, label: record.label)
      }
      var own = general
      own.clone = notes.warm?.first { $0.source == record.name }
      own.isProven = isProven
      own.begun = journal.sources[record.name]?.state
      restorations.add(record, try source.restoration(of: record, context: own))
    }
    return restorations
  }

  private func isWanted(_ record: SourceRecord, _ journal: Journal) -> Bool {
    if record.isKeptFiles { return !journal.scope.isOfDatabasesOnly }
    if journal.scope.isPartOfFiles || journal.leavesDatabasesOut { return false }
    // A rescue of a database that was not there has nothing to bring back.
    if record.document == nil && record.retained == nil { return false }
    return journal.sourceRequest.source.map { $0 == record.name } ?? true
  }

  private func keptFilesScope(_ target: Manifest, _ journal: Journal) throws -> KeptFilesScope {
    let (scope, excluded) = (journal.scope, target.excluded.map { GlobPattern($0) })
    let (left, own) = (journal.leftAddresses ?? [], context.location.own)
    let metadata = try context.recordedState(target)?.metadata
    let ignored = PathSet(metadata?.ignored ?? [])
    return KeptFilesScope(
      removesOthers: scope.removesOthers && !journal.keepUntracked && metadata?.hidesUntracked != true,
      leftAddresses: left.filter { scope.contains($0) },
      isLeftAlone: { path in
        !scope.contains(path) || left.contains(path) || own.contains(path)
          || excluded.contains { $0.matches(path) }
      }, wasIgnored: { ignored.contains($0) })
  }

  /// Databases of the project that a checkpoint of everything does not hold, by their labels.
  func leftDatabases(_ target: Manifest, _ journal: Journal) -> [String] {
    if journal.scope != .everything || journal.leavesDatabasesOut || target.kind == .release { return [] }
    let recorded = Set(target.data.map(\.name))
    let present = context.sources.filter(\.isRecorded)
      .map { MissingDatabase(name: $0.name, label: $0.label) }
    let names = Set(present.map(\.name))
    return (present + (target.missing ?? []).filter { !names.contains($0.name) })
      .filter { !recorded.contains($0.name) }.map(\.label)
  }
}
