// What a kind of data sources must say of itself.

import Checkpoints
import ChunkStore

package protocol SourceKind: Sendable {
  /// In manifests; it never changes.
  static var type: String { get }
  /// What one of them is called: “database”.
  static var noun: String { get }
  /// The keys of `SourceRecord.counts`, in the order in which people hear of them. Each is a plural.
  static var counts: [String] { get }
  /// The settings of sources of this kind.
  static var settings: [SettingSection] { get }
  /// The sources of this kind that a project has.
  static func find(in place: SourcePlace, for purpose: SourcePurpose) throws -> [FoundSource]
  /// What a record consists of; nothing for contents that are not in the store.
  static func parts(of record: SourceRecord, in store: Store) throws -> [SourcePart]
  /// The options that take back a restoration with these options. Those of other kinds stay as they are.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions
}
