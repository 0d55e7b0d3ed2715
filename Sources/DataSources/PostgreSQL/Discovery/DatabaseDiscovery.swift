// Finds the project's databases: by option, by settings, by DATABASE_URL in the environment and then in `.env` files, and
// finally by libpq's PG* variables.

import Checkpoints
import FileSystem
import Postgres

package struct DatabaseDiscovery: Sendable {
  private let worktree: BytePath
  private let settings: Settings
  private let environment: [String: String]
  private let isTrusted: @Sendable () throws -> Bool
  private let isTracked: @Sendable (BytePath) throws -> Bool
  private let recorded: @Sendable (BytePath) -> [UInt8]?
  private let prefersRecorded: Bool

  /// - Parameters:
  ///   - isTrusted: whether the user has agreed to what comes with the repository.
  ///   - isTracked: whether git has a file, which then comes with the repository.
  ///   - prefersRecorded: whether the recorded files count before the present ones.
  ///   - recorded: gives the contents of `.env` files in the checkpoint that is restored, in case the files themselves were
  ///     lost.
  package init(
    worktree: BytePath, settings: Settings, environment: [String: String],
    isTrusted: @escaping @Sendable () throws -> Bool,
    isTracked: @escaping @Sendable (BytePath) throws -> Bool,
    recorded: @escaping @Sendable (BytePath) -> [UInt8]?,
    prefersRecorded: Bool = false
  ) {
    self.prefersRecorded = prefersRecorded
    (self.worktree, self.settings, self.environment) = (worktree, settings, environment)
    (self.isTrusted, self.isTracked, self.recorded) = (isTrusted, isTracked, recorded)
  }

  /// - Parameters:
  ///   - given: the only database that is meant, if the user gave its address.
  ///   - clientPrefix: words that run client programs elsewhere, if the user gave them.
  package func find(_ given: GivenAddress? = nil, clientPrefix: String? = nil) throws -> [LocatedDatabase] {
    if let given {
      return [try located("main", given.text, origin: .user(way: given.way), prefix: clientPrefix)]
    }
    let names = databaseNames
    if !names.isEmpty {
      return try names.compactMap { try configured($0, clientPrefix) }
    }
    if let found = try variable("DATABASE_URL") { return [try located("main", found, clientPrefix)] }
    guard let spoken = spokenVariables, ConnectionParameters().isNamed(in: environment) else { return [] }
    return [
      LocatedDatabase(
        name: "main", parameters: ConnectionParameters(), origin: .variables(spoken),
        clientPrefix: try prefix("main", clientPrefix), variable: nil, environment: environment,
        selection: selection(of: "main"))
    ]
  }

  /// The `PG*` variables that give a server; nil if none does.
  private var spokenVariables: [String]? {
    let spoken = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"].filter {
      environment[$0]?.isEmpty == false
    }
    return spoken.isEmpty ? nil : spoken
  }

  /// Variables that give a server without naming the project's database. The database that libpq would use, the one with the
  /// user's name, is too often the server's own.
  package var unnamed: String? {
    ConnectionParameters().isNamed(in: environment) ? nil : spokenVariables?.joined(separator: ", ")
  }

  /// Variables of `.env` files with the address of a PostgreSQL database, whatever their names.
  package var otherAddresses: [String] {
    let files = DotEnv(environment: environment) { FileTree.readIfRegular(worktree.appending($0)) }
    return files.names.compactMap { name, file in
      guard let (value, place) = files.value(of: name), place == file, let text = try? value.get(),
        text.contains("://"), (try? ConnectionParameters(parsing: text))?.database != nil
      else { return nil }
      return "\(name) in \(file)"
    }
  }

  /// Refuses an address that would lead to a database of the server itself only because of the user's name.
  private func requireNamed(_ parameters: ConnectionParameters, origin: AddressOrigin) throws {
    guard !parameters.isNamed(in: environment) else { return }
    let implied = parameters.impliedDatabase(in: environment)
    // In this case nothing gives a server either: everything comes from `PG*` variables.
    if parameters.values.isEmpty || ConnectionParameters.maintenanceDatabases.contains(implied) {
      throw DiscoveryProblem.unnamed(origin: origin, implied: implied)
    }
  }

  private func selection(of name: String) -> DatabaseSelection {
    var selection = DatabaseSelection()
    selection.schemas = settings[.databaseSchemas, name]
    selection.excludedTables = settings[.excludedTables, name]
    selection.excludedRows = settings[.excludedRows, name]
    return selection
  }

  private func configured(_ name: String, _ clientPrefix: String?) throws -> LocatedDatabase? {
    if [SourceRecord.typeOfKeptFiles, "git", "total"].contains(name) {
      throw DiscoveryProblem.reservedName(name)
    }
    if let variableName = settings[.databaseVariable, name] {
      guard let value = try variable(variableName) else {
        throw DiscoveryProblem.variableMissing(variableName, database: name)
      }
      return try chosen(
        name, url: value.value, from: .databaseVariable,
        called: "\(value.origin) (named in \(Settings.fileName))", clientPrefix
      ) { try located(name, value, clientPrefix) }
    }
    guard let url = settings[.databaseURL, name], url != Self.noAddress else { return nil }
    return try chosen(
      name, url: url, from: .databaseURL, called: "the address in \(Settings.fileName)", clientPrefix
    ) {
      try located(
        name, url, origin: .setting(SettingKey.databaseURL.setting.shown(in: name), database: name),
        isCommitted: settings.isFromCommittedFile(.databaseURL, in: name), prefix: clientPrefix)
    }
  }

  /// The database of the settings, or of the user's own DATABASE_URL: settings that come with the repository override that
  /// only if the user has agreed to them.
  /// - Parameters:
  ///   - key: the setting with the address.
  ///   - words: the name of the setting, for people.
  private func chosen(
    _ name: String, url: String, from key: SettingKey<String?, Never>, called words: String,
    _ clientPrefix: String?,
    _ configured: () throws -> LocatedDatabase
  ) throws -> LocatedDatabase {
    let own =
      try settings.isFromCommittedFile(key, in: name) && name == "main"
      ? variable("DATABASE_URL").flatMap { $0.isCommitted || $0.value == url ? nil : $0 } : nil
    let isOwnTaken = try own != nil && !isTrusted()
    var found =
      if let own, isOwnTaken { try located(name, own, clientPrefix) } else { try configured() }
    if let own {
      found.remarks.append(
        isOwnTaken
          ? "\(own.origin) is taken, and not \(words)"
          : "\(words) is taken, and not \(own.origin)")
    }
    found.isRecorded = try settings[.databaseIsRecorded, name]
    return found
  }

  private func located(_ name: String, _ found: Variable, _ prefix: String?) throws -> LocatedDatabase {
    var located = try located(
      name, found.value, origin: found.origin, isCommitted: found.isCommitted, prefix: prefix)
    located.variable = found.name
    return located
  }

  private func located(
    _ name: String, _ url: String, origin: AddressOrigin, isCommitted: Bool = false, prefix: String?
  ) throws -> LocatedDatabase {
    do {
      var parameters = try ConnectionParameters(parsing: url)
      var remarks: [String] = []
      if isCommitted {
        if try !isTrusted() { throw DiscoveryProblem.untrustedAddress(origin: origin, "\(parameters)") }
        let dropped = parameters.dropPersonal()
        remarks = dropped.map {
          "the parameter \($0) of \(origin) is left out: it is for your own settings to say"
        }
      }
      try requireNamed(parameters, origin: origin)
      return LocatedDatabase(
        name: name, parameters: parameters, origin: origin,
        clientPrefix: try self.prefix(name, prefix), variable: nil, environment: environment, text: url,
        selection: selection(of: name), remarks: remarks)
    } catch let problem as ConnectionParameters.Problem {
      throw DiscoveryProblem.invalid(origin: origin, problem)
    }
  }

  package func prefix(_ name: String, _ option: String?) throws -> [String] {
    guard let text = option ?? settings[.clientPrefix, name] else { return [] }
    if try option == nil && settings.isFromCommittedFile(.clientPrefix, in: name) && !isTrusted() {
      throw DiscoveryProblem.untrustedCommand(
        key: settings.effectiveKey(of: SettingKey.clientPrefix.setting, in: name), text)
    }
    return text.split(separator: " ").map(String.init)
  }

  private struct Variable {
    var name: String
    var value: String
    var origin: AddressOrigin
    /// Whether it comes with the repository.
    var isCommitted = false
  }

  private func variable(_ name: String) throws -> Variable? {
    if let value = environment[name], !value.isEmpty {
      return Variable(name: name, value: value, origin: .variable(name, in: .environment))
    }
    let places: [(read: (BytePath) -> [UInt8]?, isRecorded: Bool)] = [(present, false), (recorded, true)]
    for (read, isRecorded) in prefersRecorded ? places.reversed() : places {
      guard let (value, file) = DotEnv(environment: environment, read).value(of: name) else { continue }
      let origin = AddressOrigin.variable(name, in: isRecorded ? .recordedFile(file) : .file(file))
      do {
        // A checkpoint does not keep files that git has, so a recorded file is not committed.
        let isCommitted = try !isRecorded && value.files.contains(where: isTracked)
        return Variable(name: name, value: try value.get(), origin: origin, isCommitted: isCommitted)
      } catch let error as DotEnvProblem { throw DiscoveryProblem.unclear(origin: origin, error) }
    }
    return nil
  }

  private func present(_ path: BytePath) -> [UInt8]? { FileTree.readIfRegular(worktree.appending(path)) }

  /// The addresses that come with the repository: name, text as written, and file. They are the same whatever the
  /// environment is.
  package func committedAddresses() throws -> [CommittedAddress] {
    let urls = committed(.databaseURL).filter { $0.text != Self.noAddress }
    let variables = databaseNames.compactMap { settings[.databaseVariable, $0] }
    let lines = DotEnv(environment: [:], present).lines(for: Set(variables + ["DATABASE_URL"]))
    let isCommitted = try Dictionary(grouping: lines, by: \.file).mapValues { try isTracked($0[0].file) }
    return urls + committed(.databaseVariable)
      + lines.filter { isCommitted[$0.file] == true }.map {
        CommittedAddress(
          key: "\($0.name) in \($0.file)", variable: $0.name, text: $0.text, file: $0.file)
      }
  }

  /// The values of one setting in the committed file, for each database.
  private func committed(_ key: SettingKey<String?, Never>) -> [CommittedAddress] {
    databaseNames.compactMap { name in
      guard settings.isFromCommittedFile(key, in: name), let text = settings[key, name] else { return nil }
      return CommittedAddress(
        key: settings.effectiveKey(of: key.setting, in: name), text: text, file: Settings.fileName)
    }
  }

  /// The names of `[database "NAME"]` sections with an address; the plain `[database]` is “main”.
  private var databaseNames: [String] {
    settings.subsections(with: [SettingKey.databaseURL.setting, SettingKey.databaseVariable.setting])
  }

  /// The address that switches a database off.
  private static let noAddress = "none"
}
