// Why a database of the project cannot be found, or must not be used without the user's consent.

import Checkpoints
import Postgres

package enum DiscoveryProblem: Error, Sendable, CustomStringConvertible {
  case invalid(origin: AddressOrigin, ConnectionParameters.Problem)
  /// A variable whose value cannot be determined.
  case unclear(origin: AddressOrigin, DotEnvProblem)
  /// An address without a database, for which libpq would use the one with the user's name.
  case unnamed(origin: AddressOrigin, implied: String)
  case variableMissing(String, database: String)
  case reservedName(String)
  case untrustedCommand(key: String, String)
  /// An address from a file that comes with the repository.
  case untrustedAddress(origin: AddressOrigin, String)

  package var description: String {
    switch self {
    case .invalid(let origin, let problem): "\(origin): \(problem)"
    case .unclear(let origin, let problem): "\(origin): \(problem)"
    case .unnamed(let origin, let implied):
      "\(origin) does not name the project's database (“\(implied)” would be taken for it, after the user)"
    case .variableMissing(let name, let database):
      "the variable \(name), which holds the URL of the database “\(database)”, is set neither in the environment"
        + " nor in .env.local or .env"
    case .reservedName(let name): "a database section cannot be called “\(name)”"
    case .untrustedCommand(let key, let command):
      "\(Settings.fileName) wants to run “\(command)” (\(key)), which you have not trusted"
    case .untrustedAddress(let origin, let address):
      "\(origin) comes with the repository and leads to \(address), which you have not trusted: nothing was sent there"
    }
  }
}
