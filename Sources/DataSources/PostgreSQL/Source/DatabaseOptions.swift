// The part of a request that only PostgreSQL understands, as journals and notes keep it.

import Checkpoints

struct DatabaseOptions: Codable {
  var part: DatabasePart?
  var renames: [String: String]?
  var values: [String: String]?
  var leavesOwnersOut: Bool?
  var leavesPrivilegesOut: Bool?
  var includesLedgers: Bool?
  var excludedTables: [String]?

  /// The options that undo a restoration with these options: the same part, with the present names and types.
  static func takingBack(_ options: SourceOptions) throws -> SourceOptions {
    var options = try options.decoded(DatabaseOptions.self)
    (options.renames, options.values, options.excludedTables) = ([:], [:], nil)
    // The rescue has only the part that was replaced.
    options.part = DatabasePart(contents: options.part?.contents == .data ? .data : .everything)
    return try SourceOptions(options)
  }
}
