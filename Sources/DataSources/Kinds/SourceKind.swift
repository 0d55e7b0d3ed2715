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
  /// The addresses of sources that come with the repository.
  static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress]
  /// Hints in the project's environment at sources that were not found.
  static func clues(in place: SourcePlace) -> SourceClues
  /// The files that would lead the project to other sources than the present ones.
  /// - Parameter isOthers: whether another clone of the project recorded them.
  static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange]
  /// Makes a comparer for sources of this kind.
  static func comparer(_ options: ComparisonOptions, in store: Store) -> any SourceComparer
  /// The parts of a record; empty if its contents are not in the store.
  static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart]
  /// The options that undo a restoration with these options. Those of other kinds are returned as they are.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions
  /// Whether a restoration can do what these options ask for.
  static func understands(_ options: SourceOptions) -> Bool
}

/// The default: for kinds whose sources are found only by the settings.
extension SourceKind {
  package static func committedAddresses(in place: SourcePlace) throws -> [CommittedAddress] { [] }
  package static func clues(in place: SourcePlace) -> SourceClues { SourceClues() }
  package static func addressChanges(
    in files: [RecordedFileText], isOthers: Bool, at place: SourcePlace
  ) -> [AddressChange] { [] }
}

/// The default: for kinds that are restored whole, and in one way.
extension SourceKind {
  package static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart] { [] }
  package static func takingBack(_ options: SourceOptions) throws -> SourceOptions { options }
  package static func understands(_ options: SourceOptions) -> Bool { options.isEmpty }
}

/// The default: for kinds whose contents have no parts that could be compared.
extension SourceKind {
  package static func comparer(_ options: ComparisonOptions, in store: Store) -> any SourceComparer {
    WholeComparer(store, options)
  }
}
