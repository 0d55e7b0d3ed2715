// What the user says about a file that is imported: what is left out of it, and with whose rights it runs.

package struct ImportOptions: Sendable {
  /// Whether everything belongs to the user who imports it.
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// The script of the database in an export's tar.gz.
  package var script = "database.sql"
  /// Whether the user vouches for the file, which then runs with the user's own rights.
  package var isTrusted = false
  /// Asks the user to vouch for it if there is no other way, with the reason, and whose rights it would get.
  package var asksForTrust: @Sendable (_ reason: String, _ rights: String) throws -> Bool

  package init(asksForTrust: @escaping @Sendable (_ reason: String, _ rights: String) throws -> Bool) {
    self.asksForTrust = asksForTrust
  }
}
