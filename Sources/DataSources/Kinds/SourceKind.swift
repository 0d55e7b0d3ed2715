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
  /// The parts of a record; empty if its contents are not in the store.
  static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart]
  /// The options that undo a restoration with these options. Those of other kinds are returned as they are.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions
}
