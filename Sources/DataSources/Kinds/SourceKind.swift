// What a kind of data sources must provide: its name and words, its settings, and how its sources are found.

import Checkpoints
import ChunkStore

package protocol SourceKind: Sendable {
  /// The type in manifests; it never changes.
  static var type: String { get }
  /// The word for one of its sources: “database”.
  static var noun: String { get }
  /// The keys of `SourceRecord.counts`, in the order in which they are shown. Each is a plural.
  static var counts: [String] { get }
  /// The settings of sources of this kind.
  static var settings: [SettingSection] { get }
  /// The sources of this kind that a project has.
  static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource]
  /// What comes with the repository and says where sources are.
  static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress]
  /// What the project's surroundings say of sources that are not found.
  static func clues(in place: SourcePlace) -> SourceClues
  /// Which of these files would lead the project to other sources than it has now.
  /// - Parameter isOthers: another clone of the project recorded them.
  static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange]
  /// Who compares sources of this kind.
  static func comparer(_ options: ComparisonOptions, in store: Store) -> any SourceComparer
  /// What a record consists of; nothing for contents that are not in the store.
  static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart]
  /// The options that undo a restoration with these options. Those of other kinds are returned as they are.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions
}

/// For kinds whose sources are only where the settings say.
extension SourceKind {
  package static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress] { [] }
  package static func clues(in place: SourcePlace) -> SourceClues { SourceClues() }
  package static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange] { [] }
}

/// For kinds whose contents have no parts that could be compared.
extension SourceKind {
  package static func comparer(_ options: ComparisonOptions, in store: Store) -> any SourceComparer {
    WholeComparer(store, options)
  }
}
