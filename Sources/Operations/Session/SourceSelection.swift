// Which of several data sources an operation is about.

import Checkpoints

struct SourceSelection {
  private let records: [SourceRecord]
  private let holder: String

  /// - Parameter holder: what holds the records, for messages.
  init(among records: [SourceRecord], of holder: String) {
    self.records = records.filter { !$0.isKeptFiles }
    self.holder = holder
  }

  /// - Parameter isAboutOne: whether one has to be chosen if there are several. Otherwise the first one stands for all.
  /// - Returns: nil if there is none.
  /// - Throws: `SourceProblem.unknown` and `.several`.
  func find(_ name: String?, isAboutOne: Bool) throws -> SourceRecord? {
    let names = records.map(\.name)
    if let name {
      guard let record = records.first(where: { $0.name == name }) else {
        throw SourceProblem.unknown(name, holder: holder, known: names)
      }
      return record
    }
    if records.count > 1 && isAboutOne { throw SourceProblem.several(holder: holder, names) }
    return records.first
  }
}
