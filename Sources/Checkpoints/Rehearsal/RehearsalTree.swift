// A checkpoint's git state and files, restored into a temporary working tree by the code that rollback uses, and then
// recorded once more: what differs from the record did not come back.

import ChunkStore
import FileSystem
import Git

struct RehearsalTree {
  private let project: Project
  private let place: RehearsalPlace
  private let target: Manifest
  private let state: RecordedState
  private let head: ObjectID
  private let kept: Set<BytePath>
  private let files: KeptFilesRestoration?
  private let store: Store
  private let progress: any ProgressReporter

  init(
    _ target: Manifest, _ state: RecordedState, _ head: ObjectID, _ project: Project, _ store: Store,
    _ place: RehearsalPlace, progress: any ProgressReporter
  ) throws {
    (self.project, self.place, self.target, self.state) = (project, place, target, state)
    (self.head, self.store, self.progress) = (head, store, progress)
    kept = try Catalog(store).filesInStore(target)
    let context = RestoreContext(store: store, token: place.name, progress: progress)
    let source = KeptFiles(worktree: place.tree, patterns: [], keep: .none)
    files = try target.keptFiles.map { try source.restoration(of: $0, context, KeptFilesScope()) }
  }

  private func location() throws -> RepositoryLocation {
    // The environment may name the project's own repository.
    try RepositoryLocation.discover(
      from: place.tree, environment: project.environment, isSubmodule: true)
  }

  func restore() throws {
    try project.location.git.run([
      "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--no-checkout", place.tree,
      BytePath(head.description),
    ])
    let location = try location()
    let objects = try ObjectDatabase.open(location, files: store.files)
    let present = try StateCapture.run(location, into: objects, policy: policy).state
    let plan = try RestorePlan(
      from: present, to: state, keepUntracked: false, isLeftAlone: { kept.contains($0) }, in: objects)
    try objects.fetchMissing(plan.writes.map(\.entry.id))
    for write in plan.writes { try objects.check(write.entry.id) }
    _ = try files?.stage()
    try GitRestoration(location: location, objects: objects, files: store.files, progress: progress).run(
      plan, to: state, from: present, head: [.detached(head)], reason: "rehearsal of \(target.id)"
    ) {
      try files?.complete(rescue: nil, isReverting: false)
      return kept
    }
    try files?.complete(rescue: nil, isReverting: false)
  }

  /// The same is left out as was then, whatever today's settings say.
  private var policy: CapturePolicy {
    let excluded = target.excluded.map { GlobPattern($0) }
    let kept = kept
    var policy = CapturePolicy(
      isExcluded: { path in excluded.contains { $0.matches(path) } },
      isSetAside: { path, _ in kept.contains(path) })
    // A rescue holds ignored files, too.
    policy.incoming = state.worktree
    return policy
  }

  /// What is not as it was recorded.
  func differences() throws -> [String] {
    let location = try location()
    let objects = try ObjectDatabase.open(location, files: store.files)
    let found = try StateCapture.run(location, into: objects, policy: policy).state
    let unrecorded = PathSet(state.metadata.skipped + state.metadata.nestedRepositories)
    var differences = try objects.differences(from: state.worktree, to: found.worktree).filter {
      !unrecorded.contains($0.path) && $0.old?.mode != .submodule
    }.map { "\($0.path) \($0.new == nil ? "is missing" : $0.old == nil ? "is there" : "is another one")" }
    for stage in Set(state.index.keys).union(found.index.keys).sorted() {
      let paths = try objects.differences(from: state.index[stage], to: found.index[stage]).map(\.path)
      differences += paths.map {
        "the index's entry of \($0)\(stage == 0 ? "" : ", stage \(stage),") differs"
      }
    }
    if state.operationFiles != found.operationFiles {
      differences.append("the \(state.metadata.operation ?? "operation") in progress differs")
    }
    let rest = try RestorePlan(
      from: found, to: state, keepUntracked: false, isLeftAlone: { kept.contains($0) }, in: objects)
    for path in Set(rest.modes.keys).union(rest.directoryModes.keys).sorted() {
      differences.append("\(path) has other permissions")
    }
    return try differences + (files?.differences() ?? []).map { "\($0) is not as it was kept" }
  }

  /// What a temporary working tree cannot show.
  var limits: [String] {
    let metadata = state.metadata
    var limits: [String] = []
    func add(_ paths: [BytePath], _ text: String) {
      if paths.isEmpty { return }
      let names = paths.sorted().prefix(3).map(\.description).joined(separator: ", ")
      limits.append("\(names)\(paths.count > 3 ? " and \(paths.count - 3) more" : ""): \(text)")
    }
    add(metadata.nestedRepositories, "repositories of their own, which no checkpoint holds")
    add(metadata.skipped, "the checkpoint does not hold them, so the rehearsal did without")
    add(metadata.absentDirectories, "left out by the sparse checkout, in the rehearsal as well")
    return limits
  }

  /// Submodules are not checked out in a linked working tree.
  /// - Returns: the submodules whose work the checkpoint holds, and the others.
  func submodules() throws -> (recorded: [String], others: [String]) {
    let recorded = (target.git.submodules ?? []).map(\.path)
    guard let index = state.index[0] else { return ([], []) }
    let objects = try ObjectDatabase.open(project.location, files: store.files)
    var others: [BytePath] = []
    try objects.forEachFile(in: index) { path, entry in
      if entry.mode == .submodule && !recorded.contains(path) { others.append(path) }
    }
    return (recorded.map(\.description), others.map(\.description))
  }

  /// Tracked, untracked and kept files that programs read variables from, by their names.
  func environmentFiles() throws -> [BytePath] {
    let objects = try ObjectDatabase.open(project.location, files: store.files)
    var found = kept
    try objects.forEachFile(in: state.worktree) { path, _ in found.insert(path) }
    return found.filter { $0.lastComponent.hasPrefix(".env") }.sorted()
  }

  /// Makes a file lead to another database. A link to a file elsewhere becomes a file.
  func redirect(_ path: BytePath, _ change: ([UInt8]) -> [UInt8]?) throws {
    let full = place.tree.appending(path)
    guard let status = try FileTree.status(full), status.kind == .regular || status.kind == .symbolicLink,
      let bytes = try? FileTree.readAll(full), let changed = change(bytes)
    else { return }
    try store.files.replaceFile(full, with: changed)
    if status.kind == .regular { try FileTree.setPermissions(full, status.permissions) }
  }
}
