// Finds the project's databases: by option, by settings, by DATABASE_URL in the environment and then in
// `.env` files, and last by libpq's own PG* variables.

import Checkpoints
import FileSystem
import Postgres

package struct LocatedDatabase: Sendable {
  package var name: String
  package var parameters: ConnectionParameters
  /// Where it was found, for people.
  package var origin: String
  /// Words that run client programs elsewhere, such as `docker exec -i db`.
  package var clientPrefix: [String]
  /// The environment variable or `.env` key that holds the URL, if one does.
  package var variable: String?
  /// The URL as it was found, which may hold a password; nil where `PG*` variables say it all.
  package var text: String?
  /// What of it is recorded.
  package var selection = DatabaseSelection()
  /// Whether checkpoints record it; otherwise it is only a place to restore to.
  package var isRecorded = true
}

package enum DiscoveryProblem: Error, Sendable, CustomStringConvertible {
  case invalid(origin: String, ConnectionParameters.Problem)
  /// A variable whose value cannot be told.
  case unclear(origin: String, DotEnvProblem)
  /// An address that names no database, so that libpq would take the one with the user's name.
  case unnamed(origin: String, implied: String)
  case variableMissing(String, database: String)
  case reservedName(String)
  case untrustedCommand(key: String, String)

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
    }
  }
}

package struct DatabaseDiscovery: Sendable {
  private let worktree: BytePath
  private let settings: Settings
  private let environment: [String: String]
  private let isTrusted: @Sendable () -> Bool
  private let recorded: @Sendable (BytePath) -> [UInt8]?
  private let prefersRecorded: Bool

  /// - Parameters:
  ///   - prefersRecorded: that state counts, and not the present one.
  ///   - recorded: the contents of `.env` files in the checkpoint that is to come back, for when
  ///   the files themselves are what got lost.
  package init(
    worktree: BytePath, settings: Settings, environment: [String: String],
    isTrusted: @escaping @Sendable () -> Bool, recorded: @escaping @Sendable (BytePath) -> [UInt8]?,
    prefersRecorded: Bool = false
  ) {
    self.prefersRecorded = prefersRecorded
    (self.worktree, self.settings, self.environment) = (worktree, settings, environment)
    (self.isTrusted, self.recorded) = (isTrusted, recorded)
  }

  /// - Parameters:
  ///   - url: what `--database` gave.
  ///   - clientPrefix: what `--client-prefix` gave.
  package func find(url: String? = nil, clientPrefix: String? = nil) throws -> [LocatedDatabase] {
    if let url { return [try located("main", url, origin: "--database", prefix: clientPrefix)] }
    let names = settings.databaseNames
    if !names.isEmpty {
      return try names.compactMap { try configured($0, clientPrefix) }
    }
    if let (value, origin) = try variable("DATABASE_URL") {
      var found = try located("main", value, origin: origin, prefix: clientPrefix)
      found.variable = "DATABASE_URL"
      return [found]
    }
    guard let spoken = spokenVariables, ConnectionParameters().isNamed(in: environment) else { return [] }
    return [
      LocatedDatabase(
        name: "main", parameters: ConnectionParameters(), origin: spoken,
        clientPrefix: try prefix("main", clientPrefix), variable: nil, selection: selection(of: "main"))
    ]
  }

  /// The `PG*` variables that say where a server is; nil if none does.
  private var spokenVariables: String? {
    let spoken = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"].filter {
      environment[$0]?.isEmpty == false
    }
    return spoken.isEmpty ? nil : spoken.joined(separator: ", ")
  }

  /// Variables that say where a server is without naming the project's database. What libpq would take for it, the one
  /// that is called like the user, is too often the server's own.
  package var unnamed: String? {
    ConnectionParameters().isNamed(in: environment) ? nil : spokenVariables
  }

  /// Variables of `.env` files that hold the address of a PostgreSQL database, under whatever name.
  package var otherAddresses: [String] {
    let files = DotEnv(environment: environment) { FileTree.readIfRegular(worktree.appending($0)) }
    return files.names.compactMap { name, file in
      guard let (value, place) = files.value(of: name), place == file, let text = try? value.get(),
        text.contains("://"), (try? ConnectionParameters(parsing: text))?.database != nil
      else { return nil }
      return "\(name) in \(file)"
    }
  }

  /// Whether a database that the server needs for itself would be taken only because of its user's name.
  private func requireNamed(_ parameters: ConnectionParameters, origin: String) throws {
    guard !parameters.isNamed(in: environment) else { return }
    let implied = parameters.impliedDatabase(in: environment)
    // Nothing at all is said of the server either: it all comes from `PG*` variables.
    if parameters.values.isEmpty || ConnectionParameters.maintenanceDatabases.contains(implied) {
      throw DiscoveryProblem.unnamed(origin: origin, implied: implied)
    }
  }

  private func isRecorded(_ name: String) throws -> Bool {
    let key = settings.databaseKey(name, "record")
    return try settings.text(key) == nil || settings.flag(key)
  }

  private func selection(of name: String) -> DatabaseSelection {
    func names(_ key: String) -> [String] { settings.list(settings.databaseKey(name, key)) }
    var selection = DatabaseSelection()
    selection.schemas = names("schema")
    selection.excludedTables = names("excludetable")
    selection.excludedRows = names("excludetabledata")
    return selection
  }

  private func configured(_ name: String, _ clientPrefix: String?) throws -> LocatedDatabase? {
    if ["files", "git", "total"].contains(name) { throw DiscoveryProblem.reservedName(name) }
    if let key = settings.text(settings.databaseKey(name, "env")) {
      guard let (value, origin) = try variable(key) else {
        throw DiscoveryProblem.variableMissing(key, database: name)
      }
      var found = try located(name, value, origin: origin, prefix: clientPrefix)
      found.variable = key
      found.isRecorded = try isRecorded(name)
      return found
    }
    guard let url = settings.text(settings.databaseKey(name, "url")), url != "none" else { return nil }
    var found = try located(name, url, origin: "setting database.\(name).url", prefix: clientPrefix)
    found.isRecorded = try isRecorded(name)
    return found
  }

  private func located(_ name: String, _ url: String, origin: String, prefix: String?) throws
    -> LocatedDatabase
  {
    do {
      let parameters = try ConnectionParameters(parsing: url)
      try requireNamed(parameters, origin: origin)
      return LocatedDatabase(
        name: name, parameters: parameters, origin: origin,
        clientPrefix: try self.prefix(name, prefix), variable: nil, text: url, selection: selection(of: name))
    } catch let problem as ConnectionParameters.Problem {
      throw DiscoveryProblem.invalid(origin: origin, problem)
    }
  }

  package func prefix(_ name: String, _ option: String?) throws -> [String] {
    let key = settings.databaseKey(name, "clientprefix")
    guard let text = option ?? settings.text(key) else { return [] }
    if option == nil && settings.isFromCommittedFile(key) && !isTrusted() {
      throw DiscoveryProblem.untrustedCommand(key: key, text)
    }
    return text.split(separator: " ").map(String.init)
  }

  private func variable(_ name: String) throws -> (value: String, origin: String)? {
    if let value = environment[name], !value.isEmpty { return (value, "\(name) in the environment") }
    let places: [(read: (BytePath) -> [UInt8]?, words: String)] = [
      ({ FileTree.readIfRegular(worktree.appending($0)) }, ""), (recorded, " of the checkpoint"),
    ]
    for (read, words) in prefersRecorded ? places.reversed() : places {
      guard let (value, file) = DotEnv(environment: environment, read).value(of: name) else { continue }
      let origin = "\(name) in \(file)\(words)"
      do { return (try value.get(), origin) } catch { throw DiscoveryProblem.unclear(origin: origin, error) }
    }
    return nil
  }
}
