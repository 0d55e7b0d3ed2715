// Compares the data sources of checkpoints, each by the comparer of its kind.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

final class SourceComparison {
  private let store: Store
  private let options: ComparisonOptions
  private var comparers: [String: any SourceComparer] = [:]

  init(_ store: Store, _ options: ComparisonOptions) {
    self.store = store
    self.options = options
  }

  private func comparer(_ type: String) -> any SourceComparer {
    if let known = comparers[type] { return known }
    let comparer = SourceKinds.kind(type)?.comparer(options, in: store) ?? WholeComparer(store, options)
    comparers[type] = comparer
    return comparer
  }

  /// Whether a pattern for tables means something in what was compared, or in what could not be looked at.
  private func mayHold(_ pattern: String) -> Bool { comparers.values.contains { $0.mayHold(pattern) } }

  /// - Throws: `SourceProblem.noTable` for a pattern that means nothing.
  private func requireTables() throws {
    if let pattern = options.tables.first(where: { !mayHold($0) }) { throw SourceProblem.noTable(pattern) }
  }

  func changes(from before: [SourceRecord], to after: [SourceRecord]) throws -> [DatabaseChanges] {
    let (before, after) = (before.filter { !$0.isKeptFiles }, after.filter { !$0.isKeptFiles })
    for record in before + after { comparer(record.type).open(record) }
    try requireTables()
    return try Set((before + after).map(\.name)).sorted().map { name in
      let (old, new) = (before.first { $0.name == name }, after.first { $0.name == name })
      if let old, let new, old.type != new.type {
        return WholeComparer(store, options).changes(name, from: old, to: new)
      }
      return try comparer((new ?? old)?.type ?? "").changes(name, from: old, to: new)
    }
  }

  func changes(
    from before: [SourceRecord], toPresent sources: [any DataSource]
  ) throws -> [DatabaseChanges] {
    let before = before.filter { !$0.isKeptFiles }
    let found = try Set(before.map(\.name) + sources.map(\.name)).sorted().map { name in
      let (old, source) = (before.first { $0.name == name }, sources.first { $0.name == name })
      do {
        return try compare(name, old, source)
      } catch let error as StoreError { throw error } catch {
        try Interruption.check()
        var found = DatabaseChanges(name: name, before: old.map { .init($0) }, after: nil)
        found.problems.append(Format.oneLine("\(error)"))
        return found
      }
    }
    // What is there now is known only after it was read.
    try requireTables()
    return found
  }

  private func compare(
    _ name: String, _ old: SourceRecord?, _ source: (any DataSource)?
  ) throws -> DatabaseChanges {
    if let old, let source, old.type != source.type {
      return try WholeComparer(store, options).changes(name, from: old, toPresent: source)
    }
    var found = try comparer(source?.type ?? old?.type ?? "").changes(name, from: old, toPresent: source)
    if let old, source == nil { found.problems.append("the project has no such \(old.noun) now") }
    return found
  }
}
