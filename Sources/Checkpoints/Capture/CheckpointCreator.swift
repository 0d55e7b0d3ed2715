// Takes a checkpoint: fixes the moment of every source, records git's state and the sources, makes everything durable, and
// publishes the manifest last. If it is killed before that, there is no checkpoint.

import ChunkStore
import Codecs
import FileSystem
import Git
import Glibc

package final class CheckpointCreator {
  private let project: Project
  private let store: Store
  private let sources: [any DataSource]
  private let clock: any Clock
  private let progress: any ProgressReporter
  let toolVersion: String

  package init(
    project: Project, store: Store, sources: [any DataSource],
    clock: any Clock,
    progress: any ProgressReporter,
    toolVersion: String
  ) {
    (self.project, self.store, self.sources) = (project, store, sources)
    (self.clock, self.progress) = (clock, progress)
    self.toolVersion = toolVersion
  }

  /// The caller holds the store's lock.
  /// - Parameters:
  ///   - chosen: the sources to record instead of the project's.
  ///   - check: looks at git's state before anything is published. If it throws, there is no checkpoint.
  package func create(
    _ request: CaptureRequest, sources chosen: [any DataSource]? = nil,
    check: (RecordedGit) throws -> Void = { _ in }
  ) throws -> CreatedCheckpoint {
    let start = MonotonicTime.now
    let now = clock.now()
    let objects = try ObjectDatabase.open(project.location, files: store.files)
    try AbandonedWork.remove(from: store, project.location, objects)
    let hidden = try PublicTags(project.settings, store).hide(objects)
    let reservation = try IDReservation(request.name, at: now, in: store)
    let session = try ChunkSession(store, checksExisting: request.rescue != nil)
    var isHeld = false
    defer {
      session.end()
      if isHeld { try? objects.deleteRefs([reservation.id.heldRef]) }
    }

    let preset = Set(request.rescue?.records.map(\.name) ?? [])
    var captures = SourceCaptures((chosen ?? sources).filter { !preset.contains($0.name) })
    var manifest = Manifest(
      id: reservation.id, name: request.name.description, kind: request.kind, createdAt: now,
      toolVersion: toolVersion, message: request.message, stage: request.stage,
      git: .init(head: nil, branch: nil),
      sources: request.rescue?.records ?? [], excluded: request.excluded, sizes: .init(), durations: [:],
      previous: nil, rescueBefore: request.rescue?.before,
      worktree: request.rescue == nil ? nil : project.location.worktreeName)
    let previous = try previousManifest()
    manifest.previous = try previous.map { .init(id: $0.id, sha256: try Catalog(store).digest(of: $0.id)) }
    manifest.tests = request.tests
    manifest.clone = CloneMark.mark(ofStoreAt: store.root)
    manifest.isImported = request.contents == nil ? nil : true
    manifest.untrustedFile = request.untrustedFile
    var created = CreatedCheckpoint(manifest: manifest, warnings: hidden, unreadable: [])
    if request.isOfNow && !request.leavesDatabasesOut { try noteMissingDatabases(&created) }
    let began = MonotonicTime.now
    // Git's state is recorded while the sources are copied. If a hook waits for git's part, the sources start later.
    if let watcher = request.watcher {
      captures.notifyWhenFixed { watcher(.sources($0)) }
    } else {
      captures.start(into: session, progress)
    }
    let processes = processState(request, created.manifest)
    let recorded = Result { try recordGit(request, previous, objects, session, &created, check) }
    created.manifest.durations["git"] = MonotonicTime.now - began
    let spread = Result { try captures.spread() }
    if let watcher = request.watcher, case (.success, .success) = (recorded, spread) {
      let earlier = request.skipsUnchanged ? try unchanged.candidate(for: created) : nil
      watcher(.everything(created, sameFilesAs: earlier?.id))
      isHeld = true
      try hold(created.manifest, objects)
      captures.start(into: session, progress)
    }
    // Wait for every part, even if one fails.
    let results = Result { try captures.results() }
    let processState = processes.map { pending in Result { try pending.get() } }
    created.manifest.snapshotSpread = try spread.get()
    let submodules = try recorded.get()
    for captured in try results.get() {
      created.manifest.sources.append(captured.record)
      created.manifest.durations[captured.name] = captured.seconds
    }
    if let state = try processState?.get() { note(state, &created) }
    noteStage(request, &created)
    let statistics = session.statistics
    created.manifest.sizes = .init(bytesRead: statistics.bytesRead, bytesStored: statistics.bytesStored)
    try Interruption.check()
    try session.commit()
    if request.skipsUnchanged, let earlier = try unchanged.earlier(than: created) {
      return CreatedCheckpoint(manifest: earlier, warnings: [], unreadable: [], isEarlier: true)
    }
    created.manifest.durations["total"] = MonotonicTime.now - start
    try publish(&created.manifest, objects, submodules)
    withExtendedLifetime(reservation) {}
    return created
  }

  /// Runs while the sources are copied, and is waited for like them, even if another part fails.
  private func processState(_ request: CaptureRequest, _ manifest: Manifest) -> Pending<ProcessState>? {
    request.processState.map { command in
      Pending {
        try command.run(CommandEnvironment(manifest, operation: LoggedOperation(.checkpoint), step: "state"))
      }
    }
  }

  private func noteMissingDatabases(_ created: inout CreatedCheckpoint) throws {
    let missing = try ExpectedDatabases.missing(
      besides: sources.map(\.name), project.settings, Catalog(store))
    if missing.isEmpty { return }
    created.manifest.missing = missing
    created.warnings += missing.map(\.warning)
  }

  /// Notes how far the stage is, and whether its phases come in order.
  private func noteStage(_ request: CaptureRequest, _ created: inout CreatedCheckpoint) {
    guard request.isOfNow else { return }
    let record = StageRecord(
      request.stage, recordsWorktree: request.recordsWorktree, project.location.worktree, Catalog(store))
    created.manifest.progress = record.progress
    created.warnings += record.warnings
  }

  private func note(_ state: ProcessState, _ created: inout CreatedCheckpoint) {
    created.manifest.processState = state
    if let problem = state.problem {
      created.warnings.append("the command for the state of processes failed: \(problem)")
    }
  }

  private var unchanged: UnchangedState { UnchangedState(Catalog(store), sources) }

  /// The newest checkpoint with a recorded state.
  private func previousManifest() throws -> Manifest? {
    try Catalog(store).newestFirst().first { $0.git.stateTree != nil }
  }

  // MARK: Git and files

  private func recordGit(
    _ request: CaptureRequest, _ previous: Manifest?, _ objects: ObjectDatabase, _ session: ChunkSession,
    _ created: inout CreatedCheckpoint, _ check: (RecordedGit) throws -> Void
  ) throws -> SubmoduleCapture? {
    guard request.recordsWorktree else {
      created.manifest.git = .init(
        head: objects.commit(at: "HEAD"),
        branch: try project.location.currentBranch())
      try describeHead(&created.manifest.git, request, created.manifest.id, objects)
      return nil
    }
    if let commit = request.commit {
      created.manifest.git = try CommitState(commit, project.location, objects).record
      return nil
    }
    if let contents = request.contents {
      try recordImported(contents, request, previous, objects, session, &created)
      return nil
    }
    // What a rollback is going to overwrite must be in the rescue, whatever the settings say now.
    let patterns = request.excluded + (request.rescue == nil ? project.settings[.exclude] : [])
    let excluded = patterns.map { GlobPattern($0) }
    var policy = try project.capturePolicy(excluded: excluded, includesLarge: request.includesLarge)
    policy.incoming = request.rescue?.incoming
    policy.readsEverything = policy.readsEverything || request.readsEverything
    var compared: (tree: ObjectID, files: [ChangedFile])?
    let captured = try StateCapture.run(project.location, into: objects, policy: policy) { tree in
      compared = (tree, try changedFiles(since: previous, tree, objects))
    }
    let state = captured.state
    let submodules = try recordSubmodules(request, captured, policy)
    try check(RecordedGit(captured: captured, objects: objects, submodules: submodules))

    var record = Manifest.GitRecord(head: state.head, branch: state.branch)
    record.stateTree = state.tree
    record.staged = captured.stagedCount
    record.unstaged = captured.unstagedCount
    record.untracked = captured.untrackedCount
    record.conflicts = captured.conflictCount
    record.hidesUntracked = state.metadata.hidesUntracked
    record.operation = state.metadata.operation
    let leftOut = captured.leftOut + (submodules?.leftOut ?? [])
    record.leftOut = leftOut.isEmpty ? nil : leftOut
    record.submodules = submodules?.records
    try describeHead(&record, request, created.manifest.id, objects)
    let isCompared = compared?.tree == state.worktree
    let changed =
      try isCompared
      ? compared?.files : changedFiles(since: previous, state.worktree, objects, clean: state)
    record.changedFiles = try summary(of: changed ?? [], session)
    created.manifest.git = record
    created.manifest.excluded = patterns
    let recorded = Set(submodules?.records.map(\.path) ?? [])
    created.leftSubmodules = state.metadata.dirtySubmodules.filter { !recorded.contains($0) }
    created.warnings += state.metadata.nestedRepositories.map {
      "\($0) is a repository of its own and is not recorded"
    }
    created.warnings += created.leftSubmodules.map {
      "the submodule \($0) has changes of its own, which are not recorded"
    }
    created.warnings += captured.special.map { "\($0) is a socket, pipe or device and is not recorded" }
    created.unreadable += (captured.problems + (submodules?.problems ?? [])).map {
      "\($0.path): \($0.reason)"
    }

    let files = KeptFiles(
      project,
      keep: FilesToKeep(
        setAside: captured.setAside + (submodules?.setAside ?? []),
        ignored: captured.ignored + (submodules?.ignored ?? []), named: request.rescue?.alsoKeep ?? [],
        excluded: excluded))
    let kept = try files.snapshot().capture(into: session)
    created.manifest.sources.append(kept)
    created.unreadable += kept.unreadable ?? []
    return submodules
  }

  private func recordImported(
    _ contents: any ProjectContents, _ request: CaptureRequest, _ previous: Manifest?,
    _ objects: ObjectDatabase, _ session: ChunkSession, _ created: inout CreatedCheckpoint
  ) throws {
    let imported = try ImportedState(contents, project, session, objects)
    created.manifest.git = imported.record
    try describeHead(&created.manifest.git, request, created.manifest.id, objects)
    let changed = try changedFiles(since: previous, imported.state.worktree, objects)
    created.manifest.git.changedFiles = try summary(of: changed, session)
    created.manifest.sources.append(try contents.keptFiles.snapshot().capture(into: session))
  }

  /// nil if recording submodules was not requested.
  private func recordSubmodules(
    _ request: CaptureRequest, _ captured: CapturedState, _ policy: CapturePolicy
  ) throws -> SubmoduleCapture? {
    var capture = SubmoduleCapture(project, policy: policy, files: store.files)
    if let rescue = request.rescue {
      if rescue.submodules.isEmpty { return nil }
      for (path, tree) in rescue.submodules { try capture.record(path, incoming: tree) }
    } else {
      guard try request.recursesSubmodules || project.settings[.recurseSubmodules] else { return nil }
      try capture.record(all: captured.submodules)
    }
    return capture
  }

  private func describeHead(
    _ record: inout Manifest.GitRecord, _ request: CaptureRequest, _ id: CheckpointID,
    _ objects: ObjectDatabase
  ) throws {
    guard let head = record.head else { return }
    record.headSubject = try objects.subject(of: head)
    if !request.kind.hasTag { return }
    let isPublic = try request.mayHavePublicTag && PublicTags(project.settings, store).areWanted
    record.headTag = isPublic ? id.publicTag : id.tag
  }

  /// Above this number of files, lines are not counted: users would have to wait for it.
  static let lineCountLimit = 2000

  /// - Parameter state: clean files that it records as they are count as unchanged, whatever their bytes.
  private func changedFiles(
    since previous: Manifest?, _ worktree: ObjectID, _ objects: ObjectDatabase,
    clean state: RecordedState? = nil
  ) throws -> [ChangedFile] {
    var base: ObjectID?
    if let tree = previous?.git.stateTree, objects.exists(tree) {
      base = try objects.entry(named: "worktree", in: tree)?.id
    } else if let head = objects.commit(at: "HEAD") {
      base = try objects.tree(of: head)
    }
    // A damaged checkpoint must not keep the next one from being taken.
    var differences =
      try (try? objects.differences(from: base, to: worktree))
      ?? objects.differences(from: nil, to: worktree)
    if let asIs = state?.metadata.cleanAsIs.map({ Set($0) }), let index = state?.index[0] {
      differences = try differences.filter { difference in
        try !asIs.contains(difference.path)
          || objects.entry(at: difference.path, in: index) != difference.old
      }
    }
    return differences.enumerated().map { index, difference in
      let counts = index < Self.lineCountLimit ? try? objects.lineCounts(difference) : nil
      let change: ChangedFile.Change =
        difference.old == nil ? .added : difference.new == nil ? .deleted : .changed
      return ChangedFile(
        path: difference.path, change: change, linesAdded: counts?.added, linesRemoved: counts?.removed)
    }
  }

  private func summary(of files: [ChangedFile], _ session: ChunkSession) throws -> Manifest.ChangedFiles {
    Manifest.ChangedFiles(
      count: files.count, linesAdded: files.reduce(0) { $0 + ($1.linesAdded ?? 0) },
      linesRemoved: files.reduce(0) { $0 + ($1.linesRemoved ?? 0) },
      withoutLines: files.count { $0.linesAdded == nil },
      list: files.isEmpty ? nil : try session.write(JSON.encode(files), with: ChunkEncoder()))
  }

  // MARK: Publishing

  /// Keeps git's objects alive if the user runs `git gc --prune=now` while the sources are copied.
  private func hold(_ manifest: Manifest, _ objects: ObjectDatabase) throws {
    guard let tree = manifest.git.stateTree else { return }
    try objects.publish()
    try objects.hold(by: [(manifest.id.heldRef, tree)])
  }

  /// Publishes refs, tag and manifest, in this order: refs without a manifest are known to be unfinished, and are removed.
  private func publish(
    _ manifest: inout Manifest, _ objects: ObjectDatabase, _ submodules: SubmoduleCapture?
  ) throws {
    let id = manifest.id
    let bytes = try JSON.encode(manifest)
    do {
      try objects.goOnWriting()
      let identity = project.settings.identity
      let digest = "manifest-sha256: \(SHA256.digest(bytes).hexadecimal)"
      let title = manifest.message.map { "checkpoint \(id)\n\n\($0)" } ?? "checkpoint \(id)"
      let message = "\(title)\n\n\(digest)\n"
      try submodules?.publish(id, title: title, by: identity, at: manifest.createdAt)
      var refs: [(name: String, target: ObjectID)] = []
      if let tree = manifest.git.stateTree {
        let tag = try objects.writeTag(
          "\(id)", target: tree, message: message, by: identity, at: manifest.createdAt)
        let state = try RecordedState(tree: tree, head: manifest.git.head, branch: nil, in: objects)
        refs = id.refs(state, tag: tag)
      } else if let head = manifest.git.head {
        refs.append((id.headRef, head))
      }
      if let head = manifest.git.head, let name = manifest.git.headTag {
        let tag = try objects.writeTag(
          name, target: head, message: message, by: identity, at: manifest.createdAt)
        refs.append((name == id.publicTag ? id.publicTagRef : id.tagRef, tag))
      }
      try objects.publish()
      try objects.hold(by: refs)
      try store.files.replaceFile(Catalog(store).path(of: id), with: bytes)
    } catch {
      try? CheckpointRefs.remove(of: [id], isDead: false, objects)
      submodules?.retract(id)
      throw error
    }
  }
}
