// Why a file cannot be imported: what it is, what its script may not do, or what the server says.

import FileSystem
import Glibc

package enum ImportProblem: Error, Sendable, CustomStringConvertible {
  case unknownFile(BytePath)
  case foreignFile(BytePath, ForeignFile)
  case notText(line: Int)
  case unterminated(line: Int)
  case cutShort(line: Int)
  case cutArchive(BytePath)
  case psqlCommand(String, line: Int)
  case beyondDatabase(String, line: Int)
  /// “line 7 of the script”
  case statement(place: String, message: String)
  /// The same, if a role with more rights could run it.
  case lacksRights(place: String, message: String)
  case openTransaction
  case severalDatabases(line: Int)
  case missingRole(String)
  case remotePrograms(BytePath)
  /// The archive, and the version of the pg_dump that wrote it, if it is known.
  case newerArchive(BytePath, major: Int?)
  /// The role that the script acts as.
  case otherSession(String, line: Int)
  case lateExtension(place: String)
  case doubtfulExtension(String, place: String)
  /// Descriptions of objects.
  case runsByItself([String])
  /// What is too long, and the line on which it begins.
  case tooLong(String, line: Int)
  /// Something in an archive that is too long.
  case tooLarge(String, BytePath)
  /// A path in an archive that is too long for system calls.
  case longName(BytePath, in: BytePath)
  /// Why it cannot be restored without rights, and whose rights it would get.
  case needsTrust(reason: String, rights: String)
  case declined
  /// What has changed on the server during the import.
  case changedServer([String])

  package var description: String {
    switch self {
    case .unknownFile(let path): "\(path) is none of the files that can be imported"
    case .foreignFile(let path, let file): "\(path) cannot be imported: it is \(file.name)"
    case .notText(let line): "the script is no text (a zero byte on line \(line))"
    case .unterminated(let line): "the script ends inside of what begins on line \(line)"
    case .cutShort(let line): "the dump that begins on line \(line) of the script is not complete"
    case .cutArchive(let path): "the archive \(path) is not complete"
    case .psqlCommand(let command, let line):
      "the script has a command of psql on line \(line), which is not run: \\\(command)"
    case .beyondDatabase(let statement, let line):
      "the script changes more than its database on line \(line): \(statement)"
    case .statement(let place, let message), .lacksRights(let place, let message): "\(place): \(message)"
    case .openTransaction: "the script begins a transaction and does not end it, so what it did is lost"
    case .severalDatabases(let line): "the script goes on with another database on line \(line)"
    case .missingRole(let role): "the role “\(role)” of the dump does not exist on this server"
    case .newerArchive(let path, let major):
      "\(path) was written by \(major.map { "pg_dump \($0)" } ?? "a newer pg_dump"), which no pg_restore here can read"
    case .otherSession(let role, let line):
      "the script acts as the role “\(role)” on line \(line), which a role without rights cannot do"
    case .lateExtension(let place): "\(place): an extension comes after what it could be misled by"
    case .doubtfulExtension(let name, let place):
      "\(place): the extension \(name) can reach more than its database, or is not known here"
    case .runsByItself(let names):
      "functions of the file would run with your rights as soon as its database is read: "
        + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    case .tooLong(let what, let line): "\(what) of the script are too long, on line \(line)"
    case .tooLarge(let what, let path): "\(what) in \(path) is too long"
    case .longName(let name, let path):
      "\(path) has a path of \(name.bytes.count) bytes, and \(PATH_MAX - 1) are possible: "
        + "\(BytePath(name.bytes.prefix(60)))…"
    case .needsTrust(let reason, let rights):
      "the file cannot be restored without rights, because \(reason); it would be run with those of \(rights)"
    case .declined: "nothing was imported"
    case .changedServer(let differences):
      "the server is not as it was before the import: "
        + differences.prefix(10).joined(separator: "; ") + (differences.count > 10 ? "; …" : "")
    case .remotePrograms(let path): "\(path) cannot be read by pg_restore where it runs"
    }
  }

  /// Recognizes the message of PostgreSQL's programs and server about a missing role.
  static func missingRole(in message: String) -> ImportProblem? {
    guard let start = message.firstRange(of: "role \""),
      let end = message[start.upperBound...].firstRange(of: "\" does not exist")
    else { return nil }
    return .missingRole(String(message[start.upperBound..<end.lowerBound]))
  }
}
