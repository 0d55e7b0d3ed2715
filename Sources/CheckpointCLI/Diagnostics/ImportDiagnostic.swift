// What to do about a file that cannot be imported.

import DataSources

extension Diagnostic {
  static func importing(_ error: ImportProblem) -> Diagnostic {
    let hints: [String] =
      switch error {
      case .unknownFile:
        [
          "scripts (plain, gzip, zstd), pg_dump's custom, directory and tar archives, and export's tar.gz can be"
        ]
      case .foreignFile(_, let file): [file.advice]
      case .openTransaction: ["end it with COMMIT, if the script is whole"]
      case .severalDatabases: ["split it: one file for each database"]
      case .notText, .unterminated, .cutShort, .cutArchive: ["is the file whole?"]
      case .psqlCommand: ["remove it from the script if it is not needed"]
      case .beyondDatabase: ["run that part with psql yourself, and import the rest"]
      case .statement: []
      case .missingRole(let role):
        ["--no-owner and --no-privileges leave roles out", "or make it: CREATE ROLE \(role.asIdentifier)"]
      case .newerArchive(_, let major):
        [
          "install postgresql-client-\(major.map(String.init) ?? "N"), or there: pg_restore -f FILE.sql ARCHIVE"
        ]
      case .remotePrograms: ["install PostgreSQL's client programs here, or make a custom archive of it"]
      }
    return Diagnostic("\(error)", hints: hints)
  }
}
