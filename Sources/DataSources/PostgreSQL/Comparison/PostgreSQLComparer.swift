// Compares PostgreSQL databases, recorded and present. Each recorded one is read once for the two steps that it is part of.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting

extension PostgreSQLKind {
  package static func comparer(_ options: ComparisonOptions, in store: Store) -> any SourceComparer {
    PostgreSQLComparer(store, options)
  }
}

final class PostgreSQLComparer: SourceComparer {
  /// In bytes: a larger present database is read only if the user asks for its rows.
  private static let unaskedReadLimit = 1 << 30
  /// In bytes: the rows of a smaller one are kept during the comparison, so that differing rows can be counted.
  private static let unaskedRowsLimit = 64 << 20

  private let store: Store
  private let options: ComparisonOptions
  /// The two newest recorded databases of each name.
  private var known: [String: [RecordedDatabase]] = [:]
  /// The present databases that were read.
  private var present: [ComparedDatabase] = []
  /// Whether something could not be read, which may have anything in it.
  private var isIncomplete = false

  init(_ store: Store, _ options: ComparisonOptions) {
    self.store = store
    self.options = options
  }

  deinit { for one in present { one.discard() } }

  private func recorded(_ record: SourceRecord) -> RecordedDatabase {
    let earlier = known[record.name] ?? []
    let read = earlier.first { other in
      record.document != nil && other.record.document == record.document
        && other.record.label == record.label && other.record.liveByteCount == record.liveByteCount
    }
    if let read { return read }
    let opened = RecordedDatabase(record, in: store)
    if opened.database == nil { isIncomplete = true }
    known[record.name] = earlier.suffix(1) + [opened]
    return opened
  }

  func open(_ record: SourceRecord) { _ = recorded(record) }

  func mayHold(_ pattern: String) -> Bool {
    isIncomplete || (known.values.joined().compactMap(\.database) + present).contains { $0.holds(pattern) }
  }

  // MARK: Two checkpoints

  func changes(_ name: String, from before: SourceRecord?, to after: SourceRecord?) throws -> DatabaseChanges
  {
    let (old, new) = (before.map(recorded), after.map(recorded))
    if let one = old?.database, let other = new?.database {
      return try DatabaseComparison(options: options).changes(from: one, to: other)
    }
    var found = DatabaseChanges(name: name, before: before.map { .init($0) }, after: after.map { .init($0) })
    for (side, source) in [("before", old), ("after", new)] {
      if let problem = source?.problem { found.problems.append("\(side): \(problem)") }
    }
    return found
  }

  // MARK: A checkpoint and the present

  func changes(
    _ name: String, from before: SourceRecord?, toPresent source: (any DataSource)?
  ) throws -> DatabaseChanges {
    do { return try compare(name, before, source as? PostgreSQLSource) } catch {
      isIncomplete = true
      throw error
    }
  }

  private func compare(
    _ name: String, _ before: SourceRecord?, _ source: PostgreSQLSource?
  ) throws -> DatabaseChanges {
    var found = DatabaseChanges(name: name, before: before.map { .init($0) }, after: nil)
    let earlier = before.map(recorded)
    guard let source else {
      isIncomplete = true
      return found
    }
    let outlook = try source.outlook()
    guard let earlier else {
      isIncomplete = true
      found.after = .init(
        label: outlook.label, tables: nil, rows: nil, liveByteCount: outlook.byteCount, textByteCount: nil)
      return found
    }
    guard let recorded = earlier.database else {
      found.problems += [earlier.problem].compactMap { $0 }
      return found
    }
    let reading = reading(of: outlook)
    let start = MonotonicTime.now
    let live = try ComparedDatabase(source, like: recorded, reading, in: store, progress: options.progress)
    present.append(live)
    let seconds = MonotonicTime.now - start
    found = try DatabaseComparison(options: options).changes(from: recorded, to: live)
    if let bytes = found.after?.textByteCount, reading > .definitions {
      found.remarks.append(
        "\(Format.bytes(bytes)) of the present database were read in \(Format.seconds(seconds))")
    } else if options.comparesTables {
      found.remarks.append(
        "the present database has \(Format.bytes(outlook.byteCount)), which was not read to compare its rows")
    }
    return found
  }

  private func reading(of outlook: SourceOutlook) -> ComparedDatabase.Reading {
    if options.readsRows { return .rows }
    if !options.comparesTables || outlook.byteCount > Self.unaskedReadLimit { return .definitions }
    return outlook.byteCount <= Self.unaskedRowsLimit ? .rows : .fingerprints
  }
}
