// What commands share: the project, its store under the right lock, its data sources, the log.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
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

  /// Where this project's data sources are looked for.
  var sourcePlace: SourcePlace {
    let project = project
    var place = SourcePlace(
      project, environment: ProcessEnvironment.variables, clock: clock,
      isTrusted: { try Self.trust(in: project).isGiven }, isTracked: Self.isTracked(in: project))
    (place.address, place.clientPrefix) = (
      invocation.value("--database"), invocation.value("--client-prefix")
    )
    return place
  }

  /// The project's sources, those that checkpoints do not record among them.
  func allSources() throws -> [FoundSource] {
    invocation.has("--no-database") ? [] : try SourceKinds.find(in: sourcePlace, for: .looking)
  }

  /// The databases by their addresses, those that checkpoints do not record among them.
  func locateDatabases() throws -> [LocatedDatabase] {
    invocation.has("--no-database") ? [] : try PostgreSQLKind.locate(in: sourcePlace)
  }

  func discovery() -> DatabaseDiscovery { PostgreSQLKind.discovery(in: sourcePlace) }

  /// - Parameters:
  ///   - target: a checkpoint that is to come back; without one, these are the sources to record.
  ///   - rescue: of an operation that is taken up again: what was there before it.
  ///   - patience: seconds that a server or a lock may take, if that is less than what is set.
  func sources(
    for target: Manifest? = nil, since rescue: Manifest? = nil, patience: Int = .max
  ) throws -> [any DataSource] {
    if invocation.has("--no-database") { return [] }
    var place = sourcePlace
    place.patience = patience
    let purpose: SourcePurpose =
      try target.map { .restoring($0, since: rescue, try openStore()) } ?? .recording
    return try SourceKinds.find(in: place, for: purpose).map { found in
      for remark in found.remarks { console.remark("note: \(remark)") }
      return found.source
    }
  }

  /// The files beside git that are there now, as a checkpoint would keep them.
  func keptFiles(in captured: CapturedState) throws -> [BytePath] {
    let keep = FilesToKeep(
      setAside: captured.setAside, ignored: captured.ignored, named: [], excluded: project.excludedPatterns)
    return try KeptFiles(project, keep: keep).paths()
  }

  /// - Parameter other: who is told how far it is, instead of the terminal.
  func creator(
    _ store: Store, _ sources: [any DataSource], progress other: (any ProgressReporter)? = nil
  ) -> CheckpointCreator {
    CheckpointCreator(
      project: project, store: store, sources: sources, clock: clock,
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
    command.secrets =
      sources.flatMap(\.secrets) + [ProcessEnvironment.variables["PGPASSWORD"]].compactMap { $0 }
    command.secrets += DotEnv.secrets(in: worktree)
    return command
  }

  func rollback(_ store: Store, _ sources: [any DataSource]) throws -> Rollback {
    try Rollback(
      project: project, store: store, sources: sources, clock: clock,
      progress: progress, watcher: ServiceOutput(console: console), toolVersion: Version.number)
  }

  /// - Parameter target: a checkpoint whose databases are found by its own files where the project's are lost.
  func clones(_ store: Store, for target: Manifest? = nil) throws -> WarmClones {
    WarmClones(store, sources: try sources(for: target), clock: clock, progress: progress)
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
