// Writing a checkpoint as a file that other tools take. Everything comes from the store: no server is needed.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension ProjectSession {
  /// - Parameters:
  ///   - place: where it goes, by the checkpoint that was found; nil for standard output.
  ///   - hear: what of a chosen part is left out, before anything is written.
  package func export(
    _ wanted: CheckpointExport, to place: (CheckpointID) -> BytePath?, hear: (String) -> Void
  ) throws -> ExportOutcome {
    try reading { opened in
      let target = try opened.select(wanted.selector)
      let records = try opened.databases(of: target, wanted)
      let names = Set(records.map(\.name))
      let contents = try opened.unpack([target]) {
        names.contains($0.name) || $0.isKeptFiles && wanted.format == .tar
      }
      defer { withExtendedLifetime(contents) {} }
      let start = MonotonicTime.now
      let databases = try records.map { record in
        guard let kind = SourceKinds.kind(record.type) as? any ExportableKind.Type else {
          throw SourceProblem.cannot(source: record.label, .beExported)
        }
        let export = try kind.export(
          record, wanted.request, in: opened.store, at: self.place, progress: progress)
        return (name: record.name, export: export)
      }
      let leftOut = databases.flatMap(\.export.leftOut)
      leftOut.forEach(hear)
      let path = place(target.id)
      try opened.logged(LoggedOperation(.export)) {
        try opened.write(databases, of: target, wanted, to: path)
        return ((), .about(target.id))
      }
      return ExportOutcome(
        path: path, tableCount: databases.reduce(0) { $0 + $1.export.tableCount },
        rowCount: databases.reduce(0) { $0 + $1.export.rowCount }, seconds: MonotonicTime.now - start,
        leftOut: leftOut,
        keptFileCount: wanted.format == .tar ? target.keptFiles?.counts[SourceRecord.typeOfKeptFiles] : nil)
    }
  }
}

extension OpenProject {
  /// One; of a whole checkpoint all that it has.
  fileprivate func databases(of target: Manifest, _ wanted: CheckpointExport) throws -> [SourceRecord] {
    let records = try catalog.sources(of: target).filter { !$0.isKeptFiles }
    let isOfAll = wanted.format == .tar && wanted.source == nil
    if isOfAll && !(wanted.isPart && records.isEmpty) { return records }
    let selection = SourceSelection(among: records, of: "\(target.id)")
    guard let record = try selection.find(wanted.source, isAboutOne: !isOfAll) else {
      throw RollbackProblem.nothingToRestore(target.id, "database")
    }
    return [record]
  }

  fileprivate func write(
    _ databases: [(name: String, export: any SourceExport)], of target: Manifest, _ wanted: CheckpointExport,
    to path: BytePath?
  ) throws {
    if wanted.format == .tar, let path {
      let record = try ProjectRecord(target, project)
      try ProjectExport(target, record, databases: databases, store: store).write(
        to: path, replacing: wanted.isReplacing)
    } else if let database = databases.first {
      try database.export.write(
        wanted.format, to: path, replacing: wanted.isReplacing, files: SystemFileOperations())
    }
  }
}
