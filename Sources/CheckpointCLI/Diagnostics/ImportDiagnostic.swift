// What to do about a file that cannot be imported.

import Checkpoints
import DataSources

extension ImportProblem: ExplainedError {
  var diagnostic: Diagnostic {
    let hints: [String] =
      switch self {
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
      case .statement, .declined: []
      case .lacksRights:
        [
          "the file is restored as a role without rights; --trusted-source runs it with yours, if you know who wrote it"
        ]
      case .doubtfulExtension, .runsByItself:
        ["--trusted-source runs the file with your own rights, if you know who wrote it"]
      case .otherSession, .lateExtension:
        [
          "--no-owner leaves other roles out",
          "--trusted-source runs it with your own rights, if you know who wrote it",
        ]
      case .tooLong, .tooLarge, .longName:
        ["no dump of pg_dump or checkpoint has this: check where the file comes from"]
      case .needsTrust: ["--trusted-source, if you know who wrote it"]
      case .changedServer:
        [
          "if another user did that meanwhile, import once more; else look at what the file says, and undo it by hand"
        ]
      case .missingRole(let role):
        ["--no-owner and --no-privileges leave roles out", "or make it: CREATE ROLE \(role.asIdentifier)"]
      case .newerArchive(_, let major):
        [
          "install postgresql-client-\(major.map(String.init) ?? "N"), or there: pg_restore -f FILE.sql ARCHIVE"
        ]
      case .remotePrograms: ["install PostgreSQL's client programs here, or make a custom archive of it"]
      }
    return Diagnostic("\(self)", hints: hints)
  }
}

extension UnvouchedFile: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["--trusted-source, if you know who wrote it"])
  }
}
