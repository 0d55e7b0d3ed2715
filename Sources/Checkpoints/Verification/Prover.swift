// Proves that checkpoints restore: their databases are restored in a trial and compared with what was recorded. Hashes alone
// only show that nothing rotted.

import ChunkStore
import FileSystem

package struct Prover {
  private let catalog: Catalog
  private let sources: [any DataSource]
  private let clock: any Clock
  private let progress: any ProgressReporter

  package init(
    _ store: Store, sources: [any DataSource], clock: any Clock, progress: any ProgressReporter
  ) {
    catalog = Catalog(store)
    (self.sources, self.clock, self.progress) = (sources, clock, progress)
  }

  /// Restores every database of a checkpoint in a trial, and notes the result.
  /// - Returns: nil for a checkpoint without a database of its own.
  package func prove(_ manifest: Manifest) throws -> Proof? {
    let start = MonotonicTime.now
    var (problems, remarks): ([String], [String]) = ([], [])
    var isTried = false
    let databases = try Self.databases(of: manifest, in: catalog)
    for record in databases {
      guard let source = sources.first(where: { $0.name == record.name }) else {
        throw RollbackProblem.sourceNotConfigured(record.name, label: record.label)
      }
      guard let source = source as? any Provable,
        let found = try source.prove(record, in: catalog.store, progress: progress)
      else { continue }
      isTried = true
      // If there are several, the problem has to name its database.
      let start = databases.count > 1 ? "\(record.name): " : ""
      problems += found.problems.map { start + $0 }
      remarks += found.remarks.map { start + $0 }
    }
    guard isTried else { return nil }
    let proof = Proof(
      at: clock.now(), seconds: MonotonicTime.now - start, problems: problems,
      remarks: remarks.isEmpty ? nil : remarks)
    do {
      try catalog.updateNotes(manifest.id) { $0.proof = proof }
    } catch let error as SystemError where error.isNotWritable {
      // What was found counts even if it cannot be noted.
    }
    return proof
  }

  /// What a proof leaves out, because its kind of source cannot be restored in a trial. For people.
  package func unproven(_ manifest: Manifest) throws -> [String] {
    try Self.databases(of: manifest, in: catalog).compactMap { record in
      guard let source = sources.first(where: { $0.name == record.name }), !(source is any Provable) else {
        return nil
      }
      return "\(record.label) cannot be restored beside what is in use, so it was only read"
    }
  }

  /// Records that have something to restore. What a rescue only keeps on the server has no contents in the store.
  private static func databases(of manifest: Manifest, in catalog: Catalog) throws -> [SourceRecord] {
    try catalog.sources(of: manifest).filter { !$0.isKeptFiles && $0.document != nil }
  }

  /// The checkpoints that were looked at longest ago, or never. Spent rescues are left out: they are not needed any more.
  /// - Parameter restoring: by their proofs; by their last verification otherwise.
  package static func sample(
    _ count: Int, of manifests: [Manifest], restoring: Bool, in catalog: Catalog
  ) -> [Manifest] {
    let dated = manifests.compactMap { manifest -> (Int, Manifest)? in
      let notes = try? catalog.notes(manifest.id)
      if notes?.isSpent == true { return nil }
      if restoring, (try? databases(of: manifest, in: catalog).isEmpty) == true { return nil }
      let time = restoring ? notes?.proof?.at : notes?.verifiedAt
      return (time?.secondsSinceEpoch ?? 0, manifest)
    }
    return dated.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.prefix(count).map(\.1)
  }
}
