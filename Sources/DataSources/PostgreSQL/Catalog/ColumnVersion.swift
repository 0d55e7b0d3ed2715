// Since the minor versions of November 2026 (15.20 is one), PostgreSQL notes with each column where the log was when the column
// got its type: `pg_attver` in `pg_attribute.attoptions`. It is the server's own, is ignored in statements, and pg_dump leaves it
// out, so it is another one in a restored database. Pictures that were recorded before this was known contain it.

enum ColumnVersion {
  /// What the option begins with.
  static let option = "pg_attver="

  /// - Parameter description: of a column, in a catalog picture.
  /// - Returns: whether there was one.
  static func remove(from description: inout String) -> Bool {
    guard description.contains(option) else { return false }
    var words = description.split(separator: " ", omittingEmptySubsequences: false)
    guard
      let place = words.indices.dropLast().first(where: {
        words[$0] == "options" && words[$0 + 1].contains(option)
      })
    else { return false }
    let options = words[place + 1].split(separator: ",").filter { !$0.hasPrefix(option) }
    if options.isEmpty {
      words.removeSubrange(place...(place + 1))
    } else {
      words[place + 1] = Substring(options.joined(separator: ","))
    }
    description = words.joined(separator: " ")
    return true
  }
}
