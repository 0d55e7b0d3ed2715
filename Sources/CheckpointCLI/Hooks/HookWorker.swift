// The process that does a git hook's work. Git waits until the state is recorded and the databases' snapshots are open;
// the rest happens behind its back, at the moment that was fixed. Whatever goes wrong is told, and stops git only where the
// settings say so.

import Checkpoints
import ChunkStore
import FileSystem
import FoundationEssentials
import Git
import Glibc

extension Command {
  static let hookWorker = Command(
    name: "hook-worker", operands: "", operandCount: 0...0, isHidden: true,
    summary: "take a git hook's checkpoint; “checkpoint hooks run” starts it",
    examples: ["checkpoint hook-worker"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let channel = HookChannel(try OpenFile.standardOutput())
    do {
      let order = try JSONDecoder().decode(HookOrder.self, from: Data(FileTree.readAll("/dev/stdin")))
      let project = try Project.find(from: FileTree.currentDirectory())
      HookSurroundings.settle(project.location)
      var invocation = invocation
      // Nothing but messages goes to where git's own output may go.
      invocation.console.isQuiet = true
      return try HookWorker(order, channel, Workspace(invocation, project)).run()
    } catch {
      channel.send(.say("checkpoint: no checkpoint: \(Diagnostic(error).message)"))
      channel.send(.end(code: ExitCode.done.rawValue))
      return .failed
    }
  }
}

private struct HookWorker {
  /// Seconds that recording git's state may take before git goes on without a checkpoint.
  private static let gitLimit = 60.0
  /// Seconds, where somebody waits for the whole checkpoint.
  private static let wholeLimit = 86_400.0

  private let order: HookOrder
  private let channel: HookChannel
  private let workspace: Workspace
  private let settings: HookSettings

  init(_ order: HookOrder, _ channel: HookChannel, _ workspace: Workspace) throws {
    (self.order, self.channel, self.workspace) = (order, channel, workspace)
    settings = try HookSettings(workspace.project.settings, for: order.hook)
  }

  func run() throws -> ExitCode {
    // Hooks of all repositories can be one and the same; then only those with a store are meant.
    let isSetUp = Store.exists(at: workspace.project.storePath)
    guard try isSetUp || HookDirectory(workspace.project.location).sharedBy == nil else { return end() }
    let store = try workspace.openOrCreateStore()
    try leadOutput(to: store.log.appending("hook.log"))
    switch order.hook {
    case .postCheckout:
      if let line = try BranchHint(workspace, store).line { channel.send(.say(line)) }
      return end()
    case .preCommit:
      guard let branch = try workspace.project.location.currentBranch(), settings.takesCheckpoint(on: branch)
      else {
        return end()
      }
      let request = CaptureRequest(
        name: try CheckpointName("pre-commit"), kind: .incremental, message: "before a commit on \(branch)")
      return take(request, store)
    case .prePush:
      let pushed = PushedRefs(order.input, remote: order.arguments.first ?? "")
      if let ref = pushed.recordedWork, !settings.mayPushRecords {
        say(
          "this push would carry recorded work along (\(ref)); nothing was pushed. Once: CHECKPOINT=0 git push …"
        )
        return end(.failed)
      }
      guard let reason = try pushed.release(settings, workspace.project.location) else { return end() }
      let day = workspace.clock.now().compact.prefix { $0 != "_" }
      let request = CaptureRequest(
        name: try CheckpointName("pre-release-\(day)"), kind: .full,
        message: "before \(reason) was pushed to \(Format.visible(pushed.remote))")
      return take(request, store)
    }
  }

  // MARK: The checkpoint

  private func take(_ request: CaptureRequest, _ store: Store) -> ExitCode {
    do {
      guard let worker = try WorkerLock.acquire(.hook, store, at: workspace.clock.now()) else {
        return refuse("the one before it is still being taken (checkpoint status)")
      }
      let created = try workspace.logged("hook \(order.hook.rawValue)", store) {
        let created = try record(request, store, worker)
        return (created, created.manifest.id.description, created.manifest.sizes.bytesStored)
      }
      try WorkerLock.note(nil, of: .hook, in: store)
      tell(created)
      return .done
    } catch {
      let reason = Diagnostic(error).message
      if channel.hasEnded { note(reason, store) }
      FailureNotice(workspace.project.settings, workspace.worktree, isTrusted: workspace.isTrusted)
        .send(operation: "hook \(order.hook.rawValue)", message: reason)
      return refuse(reason)
    }
  }

  private func record(_ request: CaptureRequest, _ store: Store, _ worker: WorkerLock) throws
    -> CreatedCheckpoint
  {
    let left = max(0.1, Double(settings.timeout) - (MonotonicTime.now - order.startedAt))
    let code = settings.blocks ? ExitCode.failed : .done
    channel.send(
      .within(
        seconds: left, code: code.rawValue,
        text: text("a database did not answer within \(settings.timeout) s")))
    guard let lock = try store.lock(.shared, waitingAtMost: left) else { throw StoreError.busy(store.root) }
    defer { withExtendedLifetime(lock) {} }
    try JournalFile(store).requireNone()
    try worker.announce("\(order.hook.rawValue): recording")
    let sources = try workspace.sources(patience: settings.timeout)
    var request = request
    request.skipsUnchanged = true
    request.processState = try workspace.processStateCommand(sources)
    let isAlone = sources.isEmpty
    request.watcher = { moment in reached(moment, worker, isAlone: isAlone) }
    let progress: any ProgressReporter = settings.waits ? channel : SilentProgress()
    return try workspace.creator(store, sources, progress: progress).create(request)
  }

  /// The databases have answered, or git may go on.
  /// - Parameter isAlone: there is no database, so that the rest takes no time.
  private func reached(_ moment: CaptureMoment, _ worker: WorkerLock, isAlone: Bool) {
    let code = (settings.blocks ? ExitCode.failed : .done).rawValue
    switch moment {
    case .sources(nil):
      let slow = text("recording git's state took longer than \(Int(Self.gitLimit)) s")
      channel.send(.within(seconds: Self.gitLimit, code: code, text: slow))
    case .sources(let error?): _ = refuse(Diagnostic(error).message)
    case .everything(let manifest, let earlier):
      // Only what is shown to people depends on it.
      try? worker.announce("\(order.hook.rawValue): taking \(manifest.id)")
      if settings.waits || isAlone {
        return channel.send(
          .within(seconds: Self.wholeLimit, code: code, text: text("it took longer than a day")))
      }
      if !settings.isQuiet {
        let id =
          earlier.map { "files as in \($0); the database is compared" }
          ?? "\(manifest.id); its database is copied"
        say("\(id) in the background")
      }
      channel.send(.end(code: ExitCode.done.rawValue))
      DetachedProgram.takeLowPriority()
    }
  }

  private func tell(_ created: CreatedCheckpoint) {
    if !settings.isQuiet {
      let id = created.manifest.id
      let seconds = Format.seconds(MonotonicTime.now - order.startedAt)
      say(created.isEarlier ? "unchanged since \(id)" : "\(id), \(seconds)")
    }
    channel.send(.end(code: ExitCode.done.rawValue))
  }

  // MARK: Words

  private var what: String { order.hook == .preCommit ? "this commit" : "this push" }

  private func text(_ reason: String) -> String {
    let line = "checkpoint: none before \(what): \(reason)"
    guard settings.blocks else { return line }
    let command = order.hook == .preCommit ? "git commit" : "git push"
    return line
      + "\nhint: to go on without one: CHECKPOINT=0 \(command) …; always: git config checkpoint.hooks.failure warn"
  }

  private func say(_ words: String) { channel.send(.say("checkpoint: \(words)")) }

  private func end(_ code: ExitCode = .done) -> ExitCode {
    channel.send(.end(code: code.rawValue))
    return .done
  }

  /// There is no checkpoint.
  private func refuse(_ reason: String) -> ExitCode {
    channel.send(.say(text(reason)))
    channel.send(.end(code: (settings.blocks ? ExitCode.failed : .done).rawValue))
    return .failed
  }

  /// For the next command: nobody heard of it.
  private func note(_ reason: String, _ store: Store) {
    let failure = WorkerLock.Failure(
      at: workspace.clock.now(), job: "hook \(order.hook.rawValue)", reason: reason)
    // A full disk is told by everything else.
    try? WorkerLock.note(failure, of: .hook, in: store)
  }

  private func leadOutput(to log: BytePath) throws {
    let file = try OpenFile.open(log, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    dup2(file.descriptor, 1)
    dup2(file.descriptor, 2)
  }
}

/// What git says to its hooks of the repository and of the index that it is about to commit.
private enum HookSurroundings {
  /// Makes the repository's place absolute and forgets the index, which is git's own business: the state is that of the
  /// user's index, before git has done anything to it.
  static func settle(_ location: RepositoryLocation) {
    let isNamed = getenv("GIT_DIR") != nil
    for variable in GitProgram.repositoryVariables { unsetenv(variable) }
    guard isNamed else { return }
    location.gitDirectory.withCString { _ = setenv("GIT_DIR", $0, 1) }
    location.worktree.withCString { _ = setenv("GIT_WORK_TREE", $0, 1) }
  }
}
