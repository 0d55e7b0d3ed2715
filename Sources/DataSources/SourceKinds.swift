// The kinds of data sources that there are. Whoever adds one adds it to `all`; no other place names a kind.

import Checkpoints
import ChunkStore

package protocol SourceKind: Sendable {
  /// In manifests; it never changes.
  static var type: String { get }
  /// What one of them is called: “database”.
  static var noun: String { get }
  /// The keys of `SourceRecord.counts`, in the order in which people hear of them. Each is a plural.
  static var counts: [String] { get }
  /// The sources of this kind that a project has.
  static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource]
  /// What a record consists of; nothing for contents that are not in the store.
  static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart]
  /// The options that take back a restoration with these options. Those of other kinds stay as they are.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions
}

package enum SourceKinds {
  package static let all: [any SourceKind.Type] = [PostgreSQLKind.self]

  /// nil for a kind that this version does not know.
  package static func kind(_ type: String) -> (any SourceKind.Type)? { all.first { $0.type == type } }

  /// Every source of a project.
  package static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource] {
    try all.flatMap { try $0.find(in: place, for: purpose) }
  }

  package static func takingBack(_ options: SourceOptions) throws -> SourceOptions {
    try all.reduce(options) { try $1.takingBack($0) }
  }
}

/// A part of a source, such as a table with its rows.
package struct SourcePart: Sendable {
  package var name: String
  package var count: Int
  /// What is counted: “rows”.
  package var plural: String
  package var byteCount: Int
}

extension SourceRecord {
  /// What it consists of; nothing for a kind that this version does not know.
  package func parts(in store: Store) throws -> [SourcePart] {
    try SourceKinds.kind(type)?.parts(of: self, in: store) ?? []
  }

  /// What it is called: “database”.
  package var noun: String { SourceKinds.kind(type)?.noun ?? type }

  /// What there was, in the order in which people hear of it: 3 “tables”, 20,200 “rows”.
  package var orderedCounts: [(count: Int, plural: String)] {
    let known = SourceKinds.kind(type)?.counts ?? []
    let others = counts.keys.filter { !known.contains($0) }.sorted()
    return known.map { (counts[$0] ?? 0, $0) } + others.map { (counts[$0] ?? 0, $0) }
  }
}
