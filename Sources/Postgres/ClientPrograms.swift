// Finds the pg_dump and pg_restore that fit the server. Debian's wrapper on PATH chooses the version of the default
// cluster, so the versioned directories are searched first. With a prefix such as `docker exec -i db`, the programs run
// next to the server, if they are not installed here.

import FileSystem

package struct ClientPrograms: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case missing(program: String, neededMajor: Int, looked: [String])

    package var description: String {
      switch self {
      case .missing(let program, let major, let looked):
        "no \(program) of version \(major) or newer\(major < 17 ? ", but older than 17" : ""), which a server of"
          + " version \(major) needs (looked at: \(looked.joined(separator: ", ")))"
      }
    }
  }

  /// Whether programs of a version can dump a server and restore into it: pg_dump refuses newer servers, and since version
  /// 17 pg_restore begins with `SET transaction_timeout`, which is an error on older servers.
  static func fit(_ major: Int, serverMajor: Int) -> Bool {
    major >= serverMajor && (major < 17 || serverMajor >= 17)
  }

  /// The words of the command that starts each program. The last one is the program's path.
  package var dumpCommand: [String]
  package var restoreCommand: [String]
  package var majorVersion: Int
  /// Whether the programs run elsewhere, without access to our files and sockets.
  package var isRemote: Bool

  package static func locate(serverMajor: Int, prefix: [String]) throws -> ClientPrograms {
    if !prefix.isEmpty {
      let words = (prefix + ["pg_dump"]).joined(separator: " ")
      guard let major = try version(of: prefix + ["pg_dump"]) else {
        throw Problem.missing(
          program: "pg_dump", neededMajor: serverMajor, looked: ["\(words) does not run"])
      }
      guard fit(major, serverMajor: serverMajor) else {
        throw Problem.missing(program: "pg_dump", neededMajor: serverMajor, looked: ["\(words) is \(major)"])
      }
      return ClientPrograms(
        dumpCommand: prefix + ["pg_dump"], restoreCommand: prefix + ["pg_restore"], majorVersion: major,
        isRemote: true)
    }
    var looked: [String] = []
    for directory in directories(preferring: serverMajor) {
      let dump = directory.isEmpty ? "pg_dump" : "\(directory)/pg_dump"
      guard directory.isEmpty || FileTree.exists(BytePath(dump)) else { continue }
      // The directory is named after the version.
      let found = try Int(directory.split(separator: "/").dropLast().last ?? "") ?? version(of: [dump])
      looked.append(found.map { "\(dump) is \($0)" } ?? "\(dump) does not run")
      if let found, fit(found, serverMajor: serverMajor) {
        let restore = directory.isEmpty ? "pg_restore" : "\(directory)/pg_restore"
        return ClientPrograms(
          dumpCommand: [dump], restoreCommand: [restore], majorVersion: found, isRemote: false)
      }
    }
    throw Problem.missing(program: "pg_dump", neededMajor: serverMajor, looked: looked)
  }

  /// The server's own version first, then newer ones, nearest first, then PATH (an empty name).
  private static func directories(preferring major: Int) -> [String] {
    let base: BytePath = "/usr/lib/postgresql"
    let versions = ((try? FileTree.list(base)) ?? []).compactMap { $0.exactText.flatMap { Int($0) } }
    return versions.filter { $0 >= major }.sorted().map { "/usr/lib/postgresql/\($0)/bin" } + [""]
  }

  /// nil if the program does not run.
  private static func version(of command: [String]) throws -> Int? {
    let words = (command + ["--version"]).map { BytePath($0) }
    guard let output = try? Subprocess(words, limit: 15).output() else {
      try Interruption.check()
      return nil
    }
    let text = String(decoding: output, as: UTF8.self)
    let number = text.split(separator: " ").first { $0.first?.isNumber == true }
    return number.flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// The arguments and the environment with which a program connects to the database.
  package func reach(_ parameters: ConnectionParameters) -> (
    arguments: [String], environment: [String: String]
  ) {
    var parameters = parameters
    if isRemote {
      // Host, port and files are those of this machine. There, the server listens where its programs expect it.
      for key in ["host", "hostaddr", "port", "sslrootcert", "sslcert", "sslkey", "passfile"] {
        parameters.values[key] = nil
      }
    }
    var environment: [String: String] = [:]
    if let password = parameters.values["password"] { environment["PGPASSWORD"] = password }
    return (["--dbname=\(parameters.commandLineString)"], environment)
  }
}
