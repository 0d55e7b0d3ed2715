// Why a variable of an `.env` file has no value here.

package enum DotEnvProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case undefined(String)
  case command
  case tooLong

  package var description: String {
    switch self {
    case .undefined(let name): "it uses ${\(name)}, which is not set"
    case .command: "it uses $(…), and commands in .env files are not run"
    case .tooLong: "with the variables that it uses it is longer than \(DotEnvExpansion.limit) bytes"
    }
  }
}
