// A database that was found: its address, and where that came from.

import Postgres

package struct LocatedDatabase: Sendable {
  package var name: String
  package var parameters: ConnectionParameters
  /// Where it was found.
  package var origin: AddressOrigin
  /// Words that run client programs elsewhere, such as `docker exec -i db`.
  package var clientPrefix: [String]
  /// The environment variable or `.env` key that holds the URL, if one does.
  package var variable: String?
  /// The variables of the project, by which the rest of the address may be known.
  package var environment: [String: String] = [:]
  /// The URL as it was found, which may hold a password; nil where `PG*` variables say it all.
  package var text: String?
  /// What of it is recorded.
  package var selection = DatabaseSelection()
  /// Whether checkpoints record it; otherwise it is only a place to restore to.
  package var isRecorded = true
  /// What was left out of the address, or taken instead of it, for people.
  package var remarks: [String] = []
}
