// What the user wants restored of a database, and how.

import Checkpoints

package struct DatabaseRequest: Sendable, Hashable {
  /// Which of the checkpoint's databases; nil for all of them.
  package var source: String?
  /// The name of the project's database that it goes into; nil for the one that it was taken from.
  package var destination: String?
  package var part = DatabasePart()
  /// Present names of tables and columns that were renamed: `orders.total` → `amount`, `clients` → `customers`.
  package var renames: [String: String] = [:]
  /// Values for columns that recorded rows do not have, by `table.column`.
  package var values: [String: String] = [:]
  /// Also restores into a server or a database from which the checkpoint was not taken.
  package var isForced = false
  /// Makes everything belong to the user who restores it.
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// Leaves out and lists what cannot be made, instead of failing; nil for no.
  package var allowsPartial: Bool?
  /// Only with `--data-only`: also replaces the tables in which migration tools record what they have done.
  package var includesLedgers: Bool?
  /// Only with `--data-only`: tables that stay as they are, by names or patterns.
  package var excludedTables: [String]?

  package init() {}

  /// Whether everything is restored as it was recorded, and where it was.
  package var isWhole: Bool {
    var whole = DatabaseRequest()
    (whole.source, whole.isForced, whole.allowsPartial) = (source, isForced, allowsPartial)
    return self == whole
  }

  private var isWithoutOptions: Bool {
    var plain = self
    plain.destination = nil
    return plain.isWhole
  }

  /// The request that undoes this one.
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

  /// The same request in the form that every source understands.
  package var asked: SourceRequest {
    get throws {
      var asked = SourceRequest()
      (asked.source, asked.destination) = (source, destination)
      (asked.isForced, asked.allowsPartial) = (isForced, allowsPartial)
      // Without options, so that sources of other kinds can be restored by the same request.
      if isWithoutOptions { return asked }
      asked.options = try SourceOptions(
        DatabaseOptions(
          part: part, renames: renames, values: values, leavesOwnersOut: leavesOwnersOut,
          leavesPrivilegesOut: leavesPrivilegesOut, includesLedgers: includesLedgers,
          excludedTables: excludedTables))
      return asked
    }
  }
}
