// What a rollback restores besides git's state: the kept files, which come back between git's own steps, and data sources.

import FileSystem

package struct Restorations: RandomAccessCollection {
  package typealias Element = (record: SourceRecord, restoration: any SourceRestoration)

  private var all: [Element] = []
  /// nil if no kept file is concerned.
  package private(set) var keptFiles: KeptFilesRestoration?

  mutating func add(_ record: SourceRecord, _ restoration: KeptFilesRestoration) {
    keptFiles = restoration
    all.append((record, restoration))
  }

  mutating func add(_ record: SourceRecord, _ restoration: any SourceRestoration) {
    all.append((record, restoration))
  }

  package var startIndex: Int { all.startIndex }
  package var endIndex: Int { all.endIndex }
  package subscript(index: Int) -> Element { all[index] }

  /// Does what can only be done once git's files are in place: after `activate`, and after `revert`.
  func complete(_ rescue: Manifest, isReverting: Bool) throws {
    try keptFiles?.complete(rescue: rescue.keptFiles, isReverting: isReverting)
  }

  /// Rights that could not be given back.
  var lostRights: [LostRights] { keptFiles?.lostRights ?? [] }
}
