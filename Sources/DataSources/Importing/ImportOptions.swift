// What the user says about a file that is imported: what is left out of it, and with whose rights it runs.

package struct ImportOptions: Sendable {
  /// Everything belongs to the user who imports it.
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// Of an export's tar.gz: the script that is the database's.
  package var script = "database.sql"
  /// The user knows who wrote the file, and it is run with the user's own rights.
  package var isTrusted = false
  /// Asks whether it shall be, if there is no way without. It hears why, and whose rights they are.
  package var asksForTrust: @Sendable (_ reason: String, _ rights: String) throws -> Bool

  package init(asksForTrust: @escaping @Sendable (_ reason: String, _ rights: String) throws -> Bool) {
    self.asksForTrust = asksForTrust
  }
}
