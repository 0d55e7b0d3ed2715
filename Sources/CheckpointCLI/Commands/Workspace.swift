// What commands share: the project, its store under the right lock, its data sources, the log.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Git
import Postgres

struct Workspace {
  let project: Project
  let console: Console
  let invocation: Invocation

  init(_ invocation: Invocation) throws {
    self.init(invocation, try Project.find(from: FileTree.currentDirectory(), .all))
    project.location.nameInEnvironment()
    // What runs by itself leaves that to the commands of people.
    if !invocation.command.isHidden { warnOfSettings() }
  }

  init(_ invocation: Invocation, _ project: Project) {
    self.project = project
    console = invocation.console
    self.invocation = invocation
  }

  var worktree: BytePath { project.location.worktree }
  var clock: any Clock { SystemClock() }

  var progress: any ProgressReporter {
    console.errorIsTerminal && !console.isQuiet && !console.isJSON ? ProgressLine() : SilentProgress()
  }

  func openStore() throws -> Store { try opened(project.openStore()) }

  /// Opens the store, and makes it when the project has none yet: a checkpoint needs no ceremony.
  func openOrCreateStore() throws -> Store {
    try clock.requireUsable()
    return try opened(project.openOrCreateStore())
  }

  /// What went wrong while nobody was looking is told by the first command that comes along.
  private func opened(_ store: Store) throws -> Store {
    if invocation.command.isHidden { return store }
    for failure in try BackgroundFailures(store).untold(at: clock.now()) {
      let age = Format.age(clock.now().secondsSinceEpoch - failure.at.secondsSinceEpoch)
      console.warning("in the background, \(failure.job), \(age): \(Format.visible(failure.reason))")
    }
    return store
  }

  /// Runs the body while no other command is at work on the store. The background worker is asked to end; it begins
  /// again later.
  /// - Parameters:
  ///   - seconds: how long to wait for others to finish.
  ///   - isResuming: it takes up an interrupted operation; every other command is refused while there is one.
  func alone<Result>(
    waiting seconds: Double = 2, isResuming: Bool = false, _ body: (Store) throws -> Result
  ) throws -> Result {
    try clock.requireUsable()
    let store = try openStore()
    let wasWorking = try WorkerLock.stop(in: store, waiting: 5)
    // What it was at is still to be done, whatever comes of this.
    defer { if wasWorking { startWorker(store, (try? sources()) ?? []) } }
    var patience = seconds
    if let hook = try WorkerLock.running(.hook, in: store) {
      console.remark("waiting for what a git hook began: \(hook.job)")
      patience = max(patience, 60)
    }
    let lock = try store.lock(.exclusive, waiting: patience)
    defer { withExtendedLifetime(lock) {} }
    if !isResuming { try JournalFile(store).requireNone() }
    return try body(store)
  }

  /// - Parameter target: a checkpoint that is to come back; where the project's own `.env` is lost, the
  ///   database is found by the one in there.
  func locateDatabases(for target: Manifest? = nil) throws -> [LocatedDatabase] {
    if invocation.has("--no-database") { return [] }
    return try discovery(for: target).find(
      url: invocation.value("--database"), clientPrefix: invocation.value("--client-prefix"))
  }

  /// - Parameter isFirst: what the checkpoint's files say counts for more than those that are there.
  func discovery(for target: Manifest? = nil, isFirst: Bool = false) throws -> DatabaseDiscovery {
    let project = project
    let store = target == nil ? nil : try openStore()
    // Another clone's files lead to its database, and not to this project's.
    let isOurs = store.map { target?.isForeign(toStoreAt: $0.root) == false } ?? false
    return DatabaseDiscovery(
      worktree: worktree, settings: project.settings, environment: ProcessEnvironment.variables,
      isTrusted: { try Self.trust(in: project).isGiven }, isTracked: Self.isTracked(in: project),
      recorded: { path in
        guard let target, let store, isOurs else { return nil }
        return FilesSource.contents(of: path, in: target, store)
      }, prefersRecorded: isFirst)
  }

  /// A file that came back may lead elsewhere by now. What a rollback replaced is where it was, and the files that were
  /// there before say where.
  private func locateDatabases(for target: Manifest?, asIn rescue: Manifest) throws -> [LocatedDatabase] {
    let present = Result { try locateDatabases(for: target) }
    let found = (try? present.get()) ?? []
    func fits(_ located: LocatedDatabase) -> Bool {
      rescue.sources.contains { $0.name == located.name && $0.label == "\(located.parameters)" }
    }
    let replaced = rescue.sources.filter(\.isDatabase).map(\.name)
    if replaced.allSatisfy({ name in found.contains { $0.name == name && fits($0) } }) {
      return try present.get()
    }
    let earlier = ((try? discovery(for: rescue, isFirst: true).find()) ?? []).filter(fits)
    if earlier.isEmpty { return try present.get() }
    let names = Set(earlier.map(\.name))
    return earlier + found.filter { !names.contains($0.name) }
  }

  /// - Parameters:
  ///   - target: a checkpoint that is to come back; without one, these are the sources to record.
  ///   - rescue: of an operation that is taken up again: what was there before it.
  ///   - patience: seconds that a server or a lock may take, where that is less than what is set.
  func sources(
    for target: Manifest? = nil, since rescue: Manifest? = nil, patience: Int = .max
  ) throws -> [any DataSource] {
    // It is of git alone: no database need be there, nor be found.
    if target?.kind == .release { return [] }
    var limits = try PostgreSQLSource.Limits(project.settings)
    (limits.connect, limits.lock) = (min(limits.connect, patience), min(limits.lock, patience))
    let replaced = rescue ?? (target?.kind == .rescue ? target : nil)
    let databases = try
      (replaced.map { try locateDatabases(for: target, asIn: $0) }
      ?? locateDatabases(for: target)).filter { target != nil || $0.isRecorded }
    // Several at once share what one alone may use.
    limits.jobs = max(1, limits.jobs / max(1, target == nil ? databases.count : 1))
    return databases.map { located in
      // Those that choose the schemas of sessions mean nothing to us, and nothing to be told of.
      for remark in located.remarks { console.remark("note: \(remark)") }
      let silent: Set<String> = ["schema", "currentschema", "search_path", "search path", "searchpath"]
      for name in located.parameters.ignored where !silent.contains(name.lowercased()) {
        console.remark("note: the parameter \(name) of the database URL is not PostgreSQL's and is ignored")
      }
      return PostgreSQLSource(located, limits: limits)
    }
  }

  var makeFilesSource: (FilesToKeep) -> any DataSource {
    let (location, patterns) = (project.location, project.includedPatterns)
    let own = location.own
    return {
      FilesSource(worktree: location.worktree, patterns: patterns, keep: $0, isOwn: { own.contains($0) })
    }
  }

  /// The files beside git that are there now, as a checkpoint would keep them.
  func keptFiles(in captured: CapturedState) throws -> [BytePath] {
    let keep = FilesToKeep(
      setAside: captured.setAside, ignored: captured.ignored, named: [], excluded: project.excludedPatterns)
    return try FilesSource(
      worktree: worktree, patterns: project.includedPatterns, keep: keep,
      isOwn: { [own = project.location.own] in own.contains($0) }
    ).paths()
  }

  /// - Parameter other: who is told how far it is, instead of the terminal.
  func creator(
    _ store: Store, _ sources: [any DataSource], progress other: (any ProgressReporter)? = nil
  ) -> CheckpointCreator {
    CheckpointCreator(
      project: project, store: store, sources: sources, makeFilesSource: makeFilesSource, clock: clock,
      progress: other ?? progress, toolVersion: Version.number)
  }

  /// What comes with the repository and needs the user's consent.
  var trust: Trust { get throws { try Self.trust(in: project) } }

  private static func trust(in project: Project) throws -> Trust {
    let addresses = try DatabaseDiscovery(
      worktree: project.location.worktree, settings: project.settings, environment: [:], isTrusted: { false },
      isTracked: isTracked(in: project), recorded: { _ in nil }
    ).committedAddresses()
    return Trust(in: project, addresses: addresses)
  }

  /// Whether git has a file of the top directory. If git cannot tell, it counts as one that came with the repository.
  private static func isTracked(in project: Project) -> @Sendable (BytePath) throws -> Bool {
    let git = project.location.git.at(project.location.worktree)
    return { path in
      do {
        return try !git.run(["--literal-pathspecs", "ls-files", "-z", "--", path]).isEmpty
      } catch let error as Interrupted { throw error } catch { return true }
    }
  }

  /// Whether the commands of the committed file may run.
  var isTrusted: Bool { get throws { try trust.isGiven } }

  /// The service commands, for a rollback of everything.
  /// - Throws: where the committed file has some that nobody has agreed to.
  func services() throws -> ServiceProgress? {
    if invocation.has("--no-services") { return nil }
    let commands = try trustedCommands(of: Set(ServiceStep.allCases))
    return commands.isEmpty
      ? nil : ServiceProgress(commands, revertsOnFailure: invocation.has("--revert-on-failure"))
  }

  /// The service commands of some steps.
  /// - Throws: where the committed file has some that nobody has agreed to.
  func trustedCommands(of steps: Set<ServiceStep>) throws -> [ServiceCommand] {
    let commands = try project.settings.services().filter { steps.contains($0.step) }
    let committed = commands.filter { project.settings.isFromCommittedFile($0.step.command) }
    if try !committed.isEmpty && !isTrusted {
      throw UntrustedCommands(committed.map { ($0.step.command.setting.shown(), Format.visible($0.text)) })
    }
    return commands
  }

  /// What tells which processes run. A checkpoint is taken without it where nobody has agreed to it.
  func processStateCommand(_ sources: [any DataSource]) throws -> ProcessStateCommand? {
    guard let (text, limit) = try project.settings.processStateCommand() else { return nil }
    if try project.settings.isFromCommittedFile(.stateCommand) && !isTrusted {
      console.warning(
        "\(Settings.fileName) wants to run “\(Format.visible(text))” for the state of processes; without it "
          + "until you agree")
      console.hint("checkpoint trust")
      return nil
    }
    var command = ProcessStateCommand(text: text, limit: limit, directory: worktree)
    let passwords = sources.map { ($0 as? PostgreSQLSource)?.located.parameters.values["password"] }
    command.secrets = (passwords + [ProcessEnvironment.variables["PGPASSWORD"]]).compactMap { $0 }
    command.secrets += DotEnv.secrets(in: worktree)
    return command
  }

  func rollback(_ store: Store, _ sources: [any DataSource]) throws -> Rollback {
    try Rollback(
      project: project, store: store, sources: sources, makeFilesSource: makeFilesSource, clock: clock,
      progress: progress, watcher: ServiceOutput(console: console), toolVersion: Version.number)
  }

  func objects() throws -> ObjectDatabase { try ObjectDatabase.open(project.location) }

  /// - Parameter stability: the command's own, where it asks more of it.
  func select(_ selector: String, _ store: Store, by stability: Stability? = nil) throws -> Manifest {
    try Catalog(store).select(selector, stability ?? self.stability(store)) { try objects().commit(at: $0) }
  }

  /// For one command: it reads the tags once.
  func stability(_ store: Store) throws -> Stability {
    let tags = ReleaseTags(project.settings)
    return Stability(Catalog(store), tags) { try tags.releases(in: objects()) }
  }

  /// Runs an operation and writes what became of it to the log.
  func logged<Result>(
    _ operation: String, _ store: Store, _ body: () throws -> (Result, checkpoint: String?, bytesStored: Int?)
  ) throws -> Result {
    try clock.requireUsable()
    let start = MonotonicTime.now
    func entry(_ checkpoint: String?, _ bytes: Int?, _ result: String) -> OperationEntry {
      OperationEntry(
        at: clock.now(), operation: operation, checkpoint: checkpoint, seconds: MonotonicTime.now - start,
        bytesStored: bytes, result: result)
    }
    do {
      let (result, checkpoint, bytes) = try body()
      OperationsLog(store).append(entry(checkpoint, bytes, "done"))
      return result
    } catch {
      OperationsLog(store).append(entry(nil, nil, Diagnostic(error).message))
      throw error
    }
  }
}

extension Workspace {
  /// Asks before a database that others may have written is restored for a look.
  func requireVouched(_ manifest: Manifest) throws {
    guard let file = manifest.unvouched, !invocation.has("--trusted-source") else { return }
    guard console.canAsk, try console.confirm("\(file); go on?", isAnswered: false) else { throw file }
  }
}

enum SharedOptions {
  static let database: [Option] = [
    .value("--database", as: "URL", help: "the database, instead of the configured or found one"),
    .flag("--no-database", help: "leave the database out"),
    .value("--client-prefix", as: "WORDS", help: "runs pg_dump and pg_restore, such as “docker exec -i db”"),
  ]
  static let noServices = Option.flag(
    "--no-services", help: "run none of the commands that stop, build, start and try services")
  static let services: [Option] = [
    noServices,
    .flag("--revert-on-failure", help: "go back again when build, start or smoke fails"),
  ]
  static let partial = Option.flag(
    "--partial", help: "leave out and list what of the database cannot be made here")
  /// For commands that restore into a database other than the live one.
  static let trustedSource = Option.flag(
    "--trusted-source", help: "also restore imported checkpoints: you trust whoever wrote the file")
  static let yes = Option.flag("-y", "--yes", help: "do not ask")
}
