// The process that does a git hook's work. Git waits until the state is recorded and the databases' snapshots are open. The
// databases are copied after git has gone on, as they were in these snapshots.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import FoundationEssentials
import Git
import Glibc
import Operations

struct HookWorker {
  /// Seconds that recording git's state may take before git goes on without a checkpoint.
  private static let gitLimit = 60.0
  /// Seconds, if git waits for the whole checkpoint.
  private static let wholeLimit = 86_400.0

  private let order: HookOrder
  private let channel: HookChannel
  private let session: ProjectSession
  private let console: Console
  private let settings: HookSettings
  private let words: HookWords

  init(_ order: HookOrder, _ channel: HookChannel, _ workspace: Workspace) throws {
    (self.order, self.channel) = (order, channel)
    var session = workspace.session
    session.cause = .hook
    (self.session, console) = (session, workspace.console)
    settings = try HookSettings(workspace.project.settings, for: order.hook)
    words = HookWords(order.hook, blocks: settings.blocks)
  }

  func run() throws -> ExitCode {
    // Git has gone on by then, and the next hook may take its checkpoint.
    defer { session.notices.send() }
    let isSetUp = Store.exists(at: session.project.storePath)
    if settings.isOff { return end() }
    guard isSetUp || !HookDirectory.isShared(session.project.location.git) else { return end() }
    switch order.hook {
    case .postCheckout:
      if isSetUp, let line = try session.looking({ try BranchHint($0).line }) {
        channel.send(.say(line))
      }
      return end()
    case .preCommit:
      guard let branch = try session.project.location.currentBranch(), settings.takesCheckpoint(on: branch)
      else { return end() }
      return try take("pre-commit", .incremental, message: "before a commit on \(branch)")
    case .prePush:
      let pushed = PushedRefs(Array(order.input), remote: order.arguments.first ?? "")
      if let ref = pushed.recordedWork, !settings.mayPushRecords {
        let refusal = "this push would carry recorded work along (\(Format.visible(ref))); nothing was pushed"
        channel.send(
          .say("checkpoint: \(refusal)\nhint: to push it once: CHECKPOINT=0 git push …"),
          .end(code: ExitCode.failed.rawValue))
        return .failed
      }
      guard let reason = try pushed.release(settings, session.project.location) else { return end() }
      return try take(
        "pre-release", .full,
        message: "before \(Format.visible(reason)) was pushed to \(Format.visible(pushed.remote))")
    }
  }

  // MARK: The checkpoint

  private func take(_ name: String, _ kind: Kind, message: String) throws -> ExitCode {
    var request = CaptureRequest(name: try CheckpointName(name), kind: kind, message: message)
    request.skipsUnchanged = true
    // No public tag: `git describe` right after a release must find the release.
    request.mayHavePublicTag = false
    var session = session
    session.reportsFailures = true
    session.listener = HookRemarks(channel: channel)
    let store = try session.openOrCreateStore()
    session.reportsFailures = false
    session.listener = ConsoleListener(console: console)
    if settings.waits { announce(Self.wholeLimit, "the one before it took longer than a day") }
    // Processes that only check the lock hold it for a moment.
    guard
      let worker = try WorkerLock.acquire(
        .hook, store, at: session.clock.now(), waiting: settings.waits ? Self.wholeLimit : 0.3)
    else {
      return refuse(
        Diagnostic("the one before it is still being taken", hints: ["checkpoint status shows it"]))
    }
    let log = store.log.appending("hook.log")
    try leadOutput(to: log)
    channel.send(.log("\(log)"))
    do {
      let created = try record(request, session, store, worker)
      try WorkerLock.note(nil, of: .hook, in: store)
      let (notifier, operation) = (session.notifier(store), LoggedOperation.hook(order.hook))
      session.notices.add { notifier.recovered(operation) }
      tell(created)
      return .done
    } catch {
      let diagnostic = Diagnostic(error)
      console.report(diagnostic)
      if channel.hasGoneOn {
        // Also if another process ended it: the state of this moment cannot be recorded later.
        failedLater(diagnostic.message, store)
        return .failed
      }
      return refuse(diagnostic)
    }
  }

  private func record(
    _ request: CaptureRequest, _ session: ProjectSession, _ store: Store, _ worker: WorkerLock
  ) throws -> CreatedCheckpoint {
    let waited = settings.waits ? 0 : MonotonicTime.now - order.startedAt
    let left = max(0.1, Double(settings.timeout) - waited)
    announce(left, "another command has been using the store for \(settings.timeout) s")
    let progress = StallWatch(settings.waits ? channel : SilentProgress()) {
      failedLater("nothing was heard of a database for \(Int(StallWatch.limit)) s", store)
      // How long it goes on is not known.
      session.notices.send()
    }
    var session = session
    session.progress = progress
    session.choice.patience = Double(settings.timeout)
    return try session.take(request, operation: .hook(order.hook), patience: left) {
      request, sourceCount in
      announce(left, "a database did not answer within \(settings.timeout) s")
      try worker.announce("\(order.hook.rawValue): recording", for: order.hook, isAwaited: true)
      request.watcher = { moment in reached(moment, worker, isAlone: sourceCount == 0, progress) }
    }
  }

  /// The databases have answered, or git may go on.
  /// - Parameter isAlone: there is no database, so that the rest takes no time.
  private func reached(_ moment: CaptureMoment, _ worker: WorkerLock, isAlone: Bool, _ watch: StallWatch) {
    switch moment {
    case .sources(nil):
      announce(Self.gitLimit, "recording git's state took longer than \(Int(Self.gitLimit)) s")
    case .sources(let error?): _ = refuse(Diagnostic(error))
    case .everything(let created, let earlier):
      let id = created.manifest.id
      let isAwaited = settings.waits || isAlone
      // Only what is shown to people depends on it.
      try? worker.announce("\(order.hook.rawValue): taking \(id)", for: order.hook, isAwaited: isAwaited)
      if isAwaited { return announce(Self.wholeLimit, "it took longer than a day") }
      watch.start()
      let what =
        earlier.map { "files as in \($0); the database is compared" } ?? "\(id); its database is copied"
      if isTold(created) { say("\(what) in the background\(words.without(created))") }
      channel.goOn()
      DetachedProgram.takeLowPriority()
    }
  }

  /// With `hooks.quiet`, warnings are printed all the same.
  private func isTold(_ created: CreatedCheckpoint) -> Bool {
    !settings.isQuiet || created.manifest.missing != nil
  }

  private func tell(_ created: CreatedCheckpoint) {
    if isTold(created) {
      let id = created.manifest.id
      let seconds = Format.seconds(MonotonicTime.now - order.startedAt)
      say(created.isEarlier ? "unchanged since \(id)" : "\(id), \(seconds)\(words.without(created))")
    }
    _ = end()
  }

  /// Git has gone on, so the failure is noted for the next command to report.
  private func failedLater(_ reason: String, _ store: Store) {
    let operation = LoggedOperation.hook(order.hook)
    // A full disk is reported by everything else.
    try? session.noteFailure(of: .hook, "\(operation)", operation: operation, reason: reason, in: store)
  }

  // MARK: Words

  private func say(_ text: String) { channel.send(.say("checkpoint: \(text)")) }

  private func end() -> ExitCode {
    channel.send(.end(code: ExitCode.done.rawValue))
    return .done
  }

  /// Says what the front prints, and returns to git, if no message follows within so many seconds.
  private func announce(_ seconds: Double, _ reason: String) {
    channel.send(.within(seconds: seconds, code: words.codeWithout, text: words.none(Diagnostic(reason))))
  }

  /// Ends the front without a checkpoint, and lets git go on or stops it, as the settings say.
  private func refuse(_ diagnostic: Diagnostic) -> ExitCode {
    channel.send(.say(words.none(diagnostic)), .end(code: words.codeWithout))
    return .failed
  }

  private func leadOutput(to log: BytePath) throws {
    let file = try OpenFile.open(log, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    dup2(file.descriptor, 1)
    dup2(file.descriptor, 2)
  }
}
