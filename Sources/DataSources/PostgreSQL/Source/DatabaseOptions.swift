// What PostgreSQL understands of a request beside what every source does, as journals and notes keep it.

import Checkpoints

struct DatabaseOptions: Codable {
  var part: DatabasePart?
  var renames: [String: String]?
  var values: [String: String]?
  var leavesOwnersOut: Bool?
  var leavesPrivilegesOut: Bool?
  var includesLedgers: Bool?
  var excludedTables: [String]?

  /// What takes back a restoration with these options: the same part, by the names and types of today.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions {
    var options = try options.decoded(DatabaseOptions.self)
    (options.renames, options.values, options.excludedTables) = ([:], [:], nil)
    // The rescue holds just the part that was replaced.
    options.part = DatabasePart(contents: options.part?.contents == .data ? .data : .everything)
    return try SourceOptions(options)
  }
}
