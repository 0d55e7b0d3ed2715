// Bringing data sources back by themselves: into the project's own place, into another one that the settings name, or under
// another name beside it.

import Checkpoints
import DataSources

extension ProjectSession {
  /// Brings back what is asked for, and keeps what it replaces.
  /// - Returns: nil if `decide` says no.
  package func restoreSources(
    _ request: SourceRestoreRequest, allowingPartial: Bool, decide: (GoBackPlan) throws -> Bool
  ) throws -> GoBackOutcome? {
    try alone { opened in
      let (target, record, contents) = try opened.chosen(request)
      defer { withExtendedLifetime(contents) {} }
      if let name = request.source.destination {
        _ = try opened.source(name, holding: record, of: target, request.source)
      }
      var wanted = GoBackRequest(.checkpoint(target))
      wanted.allowsPartial = allowingPartial
      return try GoingBack(opened, wanted).carryOut(
        RollbackRequest(operation: .restore, target: target, scope: .databases(request.source)), decide)
    }
  }

  /// What would become of recorded rows in what is there today. Nothing is changed.
  package func planRows(_ request: SourceRestoreRequest) throws -> (target: CheckpointID, plan: RowPlan) {
    try reading { opened in
      let (target, record, contents) = try opened.chosen(request)
      defer { withExtendedLifetime(contents) {} }
      let name = request.source.destination ?? record.name
      let source = try opened.source(name, holding: record, of: target, request.source)
      guard let source = source as? any PlansRows else {
        throw SourceProblem.cannot(source: source.label, .planRows)
      }
      let plan = try source.rowPlan(
        of: record, request.source, in: opened.store, progress: progress)
      return (target.id, plan)
    }
  }

  /// Restores a source under another name, beside everything that is in use.
  /// - Parameters:
  ///   - isReplacing: whether something that has the name is replaced, and kept.
  ///   - decide: hears what would be restored, and says whether it is.
  /// - Returns: nil if it is not.
  package func copySource(
    _ request: SourceRestoreRequest, to name: String, isReplacing: Bool,
    decide: (Manifest, SourceRecord) throws -> Bool
  ) throws -> (target: CheckpointID, copy: SourceCopy)? {
    try alone { opened in
      let (target, record, contents) = try opened.chosen(request)
      defer { withExtendedLifetime(contents) {} }
      let source = try opened.source(record.name, holding: record, of: target, request.source)
      guard let source = source as? any RestoresCopies else {
        throw SourceProblem.cannot(source: source.label, .beCopied)
      }
      guard try decide(target, record) else { return nil }
      let copy = try opened.logged(.restoreDatabase) {
        let copy = try source.makeCopy(
          named: name, of: record, request.source, in: opened.store, replacing: isReplacing,
          progress: progress)
        return (copy, .about(target.id))
      }
      return (target.id, copy)
    }
  }
}

extension OpenProject {
  /// The checkpoint, the source that is meant, and its contents if they are archived.
  fileprivate func chosen(
    _ request: SourceRestoreRequest
  ) throws -> (Manifest, SourceRecord, UnpackedContents?) {
    let target = try select(request.selector)
    let records = try catalog.sources(of: target)
    let choice = SourceSelection(among: records, of: "\(target.id)")
    guard let record = try choice.find(request.source.source, isAboutOne: request.isAboutOne) else {
      throw RollbackProblem.nothingToRestore(target.id, "database")
    }
    // Without a name it stands for all of them.
    let concerned = request.source.source == nil ? records.filter { !$0.isKeptFiles } : [record]
    if let other = concerned.first(where: { !$0.understands(request.source.options) }) {
      throw SourceProblem.cannot(source: other.label, .takeOptions)
    }
    let names = Set(concerned.map(\.name))
    // If the project's own .env is gone, the recorded one says where the database is.
    return (target, record, try unpack([target]) { names.contains($0.name) || $0.isKeptFiles })
  }

  fileprivate func source(
    _ name: String, holding record: SourceRecord, of target: Manifest, _ request: SourceRequest
  ) throws -> any DataSource {
    let sources = try sources(for: target)
    if let source = sources.first(where: { $0.name == name && $0.type == record.type }) { return source }
    if name == request.destination { throw SourceProblem.noDestination(name, known: sources.map(\.name)) }
    throw RollbackProblem.sourceNotConfigured(name, label: record.label)
  }
}
