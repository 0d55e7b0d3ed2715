// What a user asks for when a database is restored by itself.

import Checkpoints

package struct DatabaseRequest: Sendable, Hashable {
  /// Which of the checkpoint's databases; nil for all of them.
  package var source: String?
  /// The name of the project's database that it goes into; nil for the one that it was taken from.
  package var destination: String?
  package var part = DatabasePart()
  /// Tables and columns that have another name today: `orders.total` → `amount`, `clients` → `customers`.
  package var renames: [String: String] = [:]
  /// Values for columns that the recorded rows have none for, by `table.column`.
  package var values: [String: String] = [:]
  /// Also into a server or a database that the checkpoint was not taken from.
  package var isForced = false
  /// Everything belongs to the user who restores it.
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// What cannot be made is left out and listed, instead of stopping everything; nil for no.
  package var allowsPartial: Bool?
  /// Only with `--data-only`: also those in which migration tools remember what they have done.
  package var includesLedgers: Bool?
  /// Only with `--data-only`: tables that stay as they are, by names or patterns.
  package var excludedTables: [String]?

  package init() {}

  /// Everything comes back as it was recorded, and where it was.
  package var isWhole: Bool {
    var whole = DatabaseRequest()
    (whole.source, whole.isForced, whole.allowsPartial) = (source, isForced, allowsPartial)
    return self == whole
  }

  /// What takes it back.
  var reversed: DatabaseRequest {
    get throws { try DatabaseRequest(asked.reversed(DatabaseOptions.takingBack)) }
  }
}

extension DatabaseRequest {
  /// - Throws: `DecodingError` for options that are not a database's.
  package init(_ asked: SourceRequest) throws {
    self.init()
    let options = try asked.options.decoded(DatabaseOptions.self)
    (source, destination) = (asked.source, asked.destination)
    (isForced, allowsPartial) = (asked.isForced, asked.allowsPartial)
    part = options.part ?? part
    (renames, values) = (options.renames ?? [:], options.values ?? [:])
    leavesOwnersOut = options.leavesOwnersOut ?? false
    leavesPrivilegesOut = options.leavesPrivilegesOut ?? false
    (includesLedgers, excludedTables) = (options.includesLedgers, options.excludedTables)
  }

  /// The same, as every source understands it.
  package var asked: SourceRequest {
    get throws {
      var asked = SourceRequest()
      (asked.source, asked.destination) = (source, destination)
      (asked.isForced, asked.allowsPartial) = (isForced, allowsPartial)
      asked.options = try SourceOptions(
        DatabaseOptions(
          part: part, renames: renames, values: values, leavesOwnersOut: leavesOwnersOut,
          leavesPrivilegesOut: leavesPrivilegesOut, includesLedgers: includesLedgers,
          excludedTables: excludedTables))
      return asked
    }
  }
}
