// All kinds of data sources. A new kind is added to `all`; no other place names a kind.

import Checkpoints
import ChunkStore

package enum SourceKinds {
  package static let all: [any SourceKind.Type] = [PostgreSQLKind.self]

  /// nil for a kind that this version does not know.
  package static func kind(_ type: String) -> (any SourceKind.Type)? { all.first { $0.type == type } }

  /// The word for a source of this type: “database”; the type itself for a kind that this version does not know.
  package static func noun(_ type: String) -> String { kind(type)?.noun ?? type }

  /// Finds all sources of a project.
  package static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource] {
    try all.flatMap { try $0.find(in: place, for: purpose) }
  }

  package static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress] {
    try all.flatMap { try $0.committedAddresses(in: place) }
  }

  package static func clues(in place: SourcePlace) -> SourceClues {
    all.map { $0.clues(in: place) }.reduce(into: SourceClues()) { all, found in
      all.unnamed = all.unnamed ?? found.unnamed
      all.otherAddresses += found.otherAddresses
    }
  }

  package static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange] {
    all.flatMap { $0.addressChanges(in: files, isOthers: isOthers, at: place) }
  }

  package static func takingBack(_ options: SourceOptions) throws -> SourceOptions {
    try all.reduce(options) { try $1.takingBack($0) }
  }
}

extension SourceRecord {
  /// Its parts; empty for a kind that this version does not know.
  package func parts(in store: Store) throws -> [SourcePart] {
    try SourceKinds.kind(type)?.parts(of: self, in: store) ?? []
  }

  /// The word for it: “database”.
  package var noun: String { SourceKinds.noun(type) }

  /// Whether it can be restored with these options; true for a kind that this version does not know, which has no source.
  package func understands(_ options: SourceOptions) -> Bool {
    SourceKinds.kind(type)?.understands(options) ?? true
  }

  /// Its counts, in the order in which they are shown: 3 “tables”, 20,200 “rows”.
  package var orderedCounts: [(count: Int, plural: String)] {
    let known = SourceKinds.kind(type)?.counts ?? []
    let others = counts.keys.filter { !known.contains($0) }.sorted()
    return known.map { (counts[$0] ?? 0, $0) } + others.map { (counts[$0] ?? 0, $0) }
  }
}
