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
  func mayHold(_ pattern: String) -> Bool { comparers.values.contains { $0.mayHold(pattern) } }

  func changes(from before: [SourceRecord], to after: [SourceRecord]) throws -> [DatabaseChanges] {
    let (before, after) = (before.filter { !$0.isKeptFiles }, after.filter { !$0.isKeptFiles })
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
    return try Set(before.map(\.name) + sources.map(\.name)).sorted().map { name in
      let (old, source) = (before.first { $0.name == name }, sources.first { $0.name == name })
      do {
        return try comparer(source?.type ?? old?.type ?? "").changes(name, from: old, toPresent: source)
      } catch let error as Interrupted { throw error } catch let error as StoreError { throw error } catch {
        var found = DatabaseChanges(name: name, before: old.map { .init($0) }, after: nil)
        found.problems.append(Format.oneLine("\(error)"))
        return found
      }
    }
  }
}
