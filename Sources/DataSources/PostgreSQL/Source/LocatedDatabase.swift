// A database that was found: its address, and the origin of the address.

import Postgres

package struct LocatedDatabase: Sendable {
  package var name: String
  package var parameters: ConnectionParameters
  /// The origin of the address, for people.
  package var origin: AddressOrigin
  /// The words before a client program that run it elsewhere, such as `docker exec -i db`.
  package var clientPrefix: [String]
  /// The environment variable or `.env` key with the URL, if there is one.
  package var variable: String?
  /// The project's variables, which may complete the address.
  package var environment: [String: String] = [:]
  /// The URL as it was found, which may contain a password; nil if `PG*` variables give everything.
  package var text: String?
  /// The part of it that is recorded.
  package var selection = DatabaseSelection()
  /// Whether checkpoints record it; otherwise it is only a place to restore to.
  package var isRecorded = true
  /// What was left out of the address or replaced in it, for people.
  package var remarks: [String] = []
}
