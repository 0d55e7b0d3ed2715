// What to do if the project's database is not found, or may not be used yet.

import Checkpoints
import DataSources

extension DiscoveryProblem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .untrustedCommand:
      Diagnostic("\(self)", hints: ["checkpoint trust shows it and records your consent"])
    case .untrustedAddress(let origin, _):
      Diagnostic(
        "\(self)",
        hints: ["checkpoint trust shows it and records your consent", Diagnostic.ownAddress(origin)])
    case .reservedName:
      Diagnostic("\(self)", hints: ["give it another name in \(Settings.fileName)"], code: .usage)
    case .variableMissing: Diagnostic("\(self)", hints: ["set it, or give --database URL, or --no-database"])
    case .unnamed:
      Diagnostic(
        "\(self)", hints: ["name it in the address (…/DATABASE), by PGDATABASE, or with --database URL"])
    case .unclear: Diagnostic("\(self)", hints: ["set what it uses, or write the whole address there"])
    case .invalid(_, .unknownScheme(let scheme)) where scheme.hasPrefix("prisma"):
      Diagnostic("\(self)", hints: ["give the server's own address: git config checkpoint.database.url URL"])
    case .invalid: Diagnostic("\(self)", hints: ["it looks like postgresql://USER@HOST:PORT/DATABASE"])
    }
  }
}
