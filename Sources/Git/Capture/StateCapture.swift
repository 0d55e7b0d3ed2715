// Records a working copy as trees. HEAD's tree is updated with what one `git status` reports, so the cost depends on the
// changes. Files are read once, as they are. A file that changes in the meantime is read again, and is never recorded
// half old, half new.

import FileSystem
import Glibc

package struct StateCapture {
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  private let policy: CapturePolicy
  private var own: OwnPlaces
  private var metadata = StateMetadata()
  private var setAside: [BytePath] = []
  private var special: [BytePath] = []
  private var submodules: [BytePath] = []
  /// Whether a path, and all paths above it, are directories and not links.
  private var reachable: [BytePath: Bool] = [:]
  /// The rights of files that were read one by one.
  private var rights: [BytePath: FileRights] = [:]
  private var problems: [CapturedState.Problem] = []

  private init(_ location: RepositoryLocation, _ database: ObjectDatabase, _ policy: CapturePolicy) {
    self.location = location
    self.database = database
    self.policy = policy
    own = location.own
  }

  /// Writes the objects of the present state into `database`, where they stay in quarantine until the caller publishes them.
  /// - Parameter meanwhile: called early, with the tree that the working copy will very probably have.
  package static func run(
    _ location: RepositoryLocation, into database: ObjectDatabase, policy: CapturePolicy,
    meanwhile: (ObjectID) throws -> Void = { _ in }
  ) throws -> CapturedState {
    var capture = StateCapture(location, database, policy)
    return try capture.run(meanwhile)
  }

  private mutating func run(_ meanwhile: (ObjectID) throws -> Void) throws -> CapturedState {
    let location = location
    // If everything is to be read, what earlier captures learned is ignored.
    let known = KnownFiles(policy.readsEverything ? nil : policy.knownFiles)
    let scan = Pending { try WorktreeScan.tracked(location, known: known) }
    var status = try Status.read(location.git, showsUntracked: policy.showsUntracked)
    try own.insertSeparate(status, location)
    status.leaveOut(own)
    metadata.hidesUntracked = policy.showsUntracked ? nil : true
    metadata.sparse = policy.sparse
    let count = status.changes.count + status.untracked.count + status.conflicts.count
    // Each change makes a blob and about one tree.
    try database.beginWriting(many: count > 40)
    let headTree = try status.head.map { try database.tree(of: $0) }
    var index = try indexTrees(status, headTree)
    let update = TreeUpdate()
    for change in status.changes where change.isSubmodule && change.differsInWorktree {
      if change.isDeletedInWorktree {
        update.set(change.path, nil)
      } else {
        metadata.dirtySubmodules.append(change.path)
        try recordCommit(of: change.path, into: update)
      }
    }
    for change in status.changes where change.differsInWorktree && !change.isSubmodule {
      try record(change.path, into: update)
    }
    try recordStaged(status, into: update)
    for conflict in status.conflicts { try record(conflict.path, into: update) }
    let leftOut = try largeUntracked(status).filter { try !isIncoming($0.path) }
    metadata.skipped += leftOut.map(\.path)
    let large = PathSet(leftOut.map(\.path))
    for path in status.untracked where try !large.contains(path) || isIncoming(path) {
      try recordUntracked(path, into: update)
    }
    // The scan is still running, but it rarely adds anything to the tree.
    var tree = try update.apply(to: index[0], in: database)
    try meanwhile(tree)
    let found = try scan.get()
    // If the index has lost all its entries, git's status does not always report what is gone in directories.
    let nothing = found.isIndexEmpty ? try database.writeTree([]) : nil
    if let nothing, index[0] != nothing {
      index = [0: nothing]
      tree = try update.apply(to: nothing, in: database)
    }
    let hidden = TreeUpdate()
    try record(found, status, headTree, over: tree, into: hidden)
    try recordClean(found, status, index: index[0], known, into: hidden)
    tree = try hidden.apply(to: tree, in: database)
    if let incoming = policy.incoming { tree = try recordObstacles(to: incoming, over: tree) }
    for (path, found) in rights { metadata.rights?.set(found, of: path) }
    let operationFiles = try metadata.recordOperation(status.head, location, database)
    let state = try RecordedState(
      head: status.head, branch: status.branch, worktree: tree, index: index,
      operationFiles: operationFiles, metadata: metadata, in: database)
    return CapturedState(
      state: state, stagedCount: status.changes.filter(\.differsFromHead).count,
      unstagedCount: status.changes.filter(\.differsInWorktree).count,
      untrackedCount: metadata.untracked.count + setAside.count, conflictCount: status.conflicts.count,
      setAside: setAside, ignored: status.ignored, special: special, problems: problems,
      leftOut: leftOut, submodules: submodules)
  }

  private mutating func record(
    _ scan: WorktreeScan, _ status: Status, _ headTree: ObjectID?, over tree: ObjectID,
    into update: TreeUpdate
  ) throws {
    var scan = scan
    let untracked = Set(metadata.untracked).subtracting(metadata.skipped)
    let (own, policy) = (own, policy)
    if !policy.showsUntracked { scan.forgetUntracked() }
    try scan.finish(
      status, untracked: untracked, location, isOutside: { policy.isExcluded($0) || own.contains($0) })
    let sparse = Set(scan.skipWorktree)
    if policy.readsEverything {
      let known = sparse.union(scan.assumeUnchanged).union(metadata.raw.map(\.path))
      for path in try HiddenChanges.find(location) where !known.contains(path) {
        try record(path, into: update)
      }
    }
    for path in scan.assumeUnchanged + scan.skipWorktree where !own.contains(path) {
      // Git does not examine these files.
      let status = isReachable(path) ? try FileTree.status(location.worktree.appending(path)) : nil
      if let status, status.kind != .directory {
        try record(path, into: update)
      } else if try !sparse.contains(path) && database.entry(at: path, in: tree)?.mode != .directory {
        update.set(path, nil)
      }
    }
    metadata.assumeUnchanged = scan.assumeUnchanged
    metadata.skipWorktree = scan.skipWorktree
    (metadata.files, metadata.executables) = (scan.files, scan.executables)
    (metadata.directories, metadata.bareDirectories) = (scan.directories, scan.bareDirectories)
    metadata.rights = scan.rights
    metadata.absentDirectories = scan.absentDirectories.map { BytePath($0.bytes + [UInt8(ascii: "/")]) }
    special = scan.special
    submodules = scan.submodules
    for (path, reason) in scan.unreadable { unreadable(BytePath(path.bytes + [UInt8(ascii: "/")]), reason) }
    metadata.intentToAdd = try IntendedEntries.find(scan.emptyEntries, status, headTree, database)
    metadata.ignored = status.ignored
  }

  /// Records the commit that a submodule has checked out, which may differ from the index's.
  private func recordCommit(of path: BytePath, into update: TreeUpdate) throws {
    let git = location.git.inside(location.worktree.appending(path))
    let line = try? git.line(["rev-parse", "--verify", "-q", "HEAD"])
    if let line, let id = ObjectID(line) {
      update.set(path, TreeEntry(mode: .submodule, id: id))
    }
  }

  /// The index as trees, by stage.
  private func indexTrees(_ status: Status, _ headTree: ObjectID?) throws -> [Int: ObjectID] {
    let normal = TreeUpdate()
    var stages: [Int: TreeUpdate] = [:]
    for change in status.changes where change.differsFromHead { normal.set(change.path, change.index) }
    for conflict in status.conflicts {
      normal.set(conflict.path, nil)
      for (stage, entry) in conflict.stages {
        let update = stages[stage] ?? TreeUpdate()
        update.set(conflict.path, entry)
        stages[stage] = update
      }
    }
    let entries = status.changes.compactMap(\.index) + status.conflicts.flatMap(\.stages.values)
    database.rely(on: entries.lazy.filter { $0.mode != .submodule }.map(\.id))
    var trees = try stages.mapValues { try $0.apply(to: nil, in: database) }
    trees[0] = try normal.apply(to: headTree, in: database)
    return trees
  }

  /// Records what is at a path: a file, a link, or nothing.
  private mutating func record(_ path: BytePath, into update: TreeUpdate) throws {
    if own.contains(path) { return }
    if policy.isExcluded(path) {
      metadata.skipped.append(path)
      return
    }
    try Interruption.check()
    do {
      if let (entry, permissions) = try read(path) {
        update.set(path, entry)
        metadata.raw.append(.init(path: path, permissions: permissions))
      } else {
        update.set(path, nil)
      }
    } catch let error as SystemError where Self.isOfOneFile(error) {
      unreadable(path, error.reason)
    }
  }

  /// Whether an error concerns only one file, so that all others can still be recorded.
  private static func isOfOneFile(_ error: SystemError) -> Bool {
    [EACCES, EPERM, EIO, ENAMETOOLONG].contains(error.code)
  }

  private mutating func unreadable(_ path: BytePath, _ reason: String) {
    problems.append(.init(path: path, reason: reason))
    metadata.skipped.append(path)
    metadata.unreadable.append(path)
  }

  /// Notes a file that the caller stores elsewhere. It must be readable, too.
  private mutating func setAside(_ path: BytePath, isLink: Bool = false) {
    if isLink || FileTree.isReadable(location.worktree.appending(path)) {
      setAside.append(path)
    } else {
      unreadable(path, SystemError(code: EACCES, operation: "read", path: path).reason)
    }
  }

  /// Git calls a staged file clean if it would store the index's object, whatever line ends it has on disk; and a filter such
  /// as Git LFS may store contents where they can be pruned. So such files are recorded as they are, except large filtered ones.
  private mutating func recordStaged(_ status: Status, into update: TreeUpdate) throws {
    let limit = policy.sizeGuard?.fileLimit ?? Int.max
    let staged = status.changes.filter {
      $0.differsFromHead && !$0.differsInWorktree
        && ($0.index?.mode == .regular || $0.index?.mode == .executable)
        && !policy.isExcluded($0.path) && !own.contains($0.path)
    }
    let large = try staged.map(\.path).filter { path in
      try FileTree.status(location.worktree.appending(path)).map { $0.byteCount > limit } ?? false
    }
    let filtered = large.isEmpty ? [] : try filtered(large)
    for change in staged where !filtered.contains(change.path) {
      try Interruption.check()
      guard let (entry, permissions) = try read(change.path) else { continue }
      update.set(change.path, entry)
      metadata.raw.append(.init(path: change.path, permissions: permissions))
      metadata.stagedAsIs.append(change.path)
    }
  }

  /// Records clean files for which a checkout would write other bytes, and the attributes of clean files.
  private mutating func recordClean(
    _ scan: WorktreeScan, _ status: Status, index: ObjectID?, _ known: KnownFiles, into update: TreeUpdate
  ) throws {
    guard let index else { return }
    let settings = try policy.conversions ?? ConversionSettings(location.git)
    metadata.lineEnds = settings.lineEndOptions
    var clean = CleanFiles(
      location, database, settings, known, filterLimit: policy.sizeGuard?.fileLimit ?? Int.max)
    let changed = status.changes.filter(\.differsInWorktree).map(\.path) + status.conflicts.map(\.path)
    let hidden = scan.tracked.assumeUnchanged + scan.tracked.skipWorktree
    let others = Set(metadata.raw.map(\.path) + changed + hidden)
    let found = try clean.find(scan.tracked, in: scan.output, index: index) { others.contains($0) }
    problems += found.problems
    for (path, attributes) in found.attributes { metadata.rights?.set(attributes, of: path) }
    let unconverted = found.unconverted.filter { !policy.isExcluded($0.path) }.sorted { $0.path < $1.path }
    let toRead = found.toRead.filter { !policy.isExcluded($0) }.sorted()
    for file in unconverted {
      metadata.raw.append(.init(path: file.path, permissions: file.permissions))
    }
    for path in toRead { try record(path, into: update) }
    let recorded = unconverted.map(\.path) + toRead
    if !recorded.isEmpty { metadata.cleanAsIs = recorded.sorted() }
    known.remember(scan.tracked, found.newKeys, in: policy.knownFiles)
  }

  /// The paths that have a clean and smudge filter.
  private func filtered(_ paths: [BytePath]) throws -> Set<BytePath> {
    // Path, attribute and value.
    let answers = try location.git.records(
      ["check-attr", "-z", "--stdin", "filter"], input: paths.nulTerminated)
    return Set(
      stride(from: 0, to: answers.count - 2, by: 3).filter {
        !answers[$0 + 2].elementsEqual("unspecified".utf8)
      }
      .map { BytePath(answers[$0]) })
  }

  private func largeUntracked(_ status: Status) throws -> [LargeUntracked] {
    guard let sizeGuard = policy.sizeGuard else { return [] }
    let files = status.untracked.compactMap { path -> (path: BytePath, byteCount: Int)? in
      guard path.bytes.last != UInt8(ascii: "/"), !policy.isExcluded(path) else { return nil }
      let status = (try? FileTree.status(location.worktree.appending(path))) ?? nil
      return status.flatMap { $0.kind == .regular ? (path, $0.byteCount) : nil }
    }
    return try sizeGuard.leftOut(of: files, location.git)
  }

  /// Whether a file is about to be replaced: it is recorded then, whatever its size.
  private func isIncoming(_ path: BytePath) throws -> Bool {
    try policy.incoming.map { try database.entry(at: path, in: $0) != nil } ?? false
  }

  private mutating func recordUntracked(_ path: BytePath, into update: TreeUpdate) throws {
    if path.bytes.last == UInt8(ascii: "/") {
      metadata.nestedRepositories.append(path)
      return
    }
    if policy.isExcluded(path) { return metadata.skipped.append(path) }
    do {
      guard let status = try FileTree.status(location.worktree.appending(path)) else { return }
      let isRefused = RefusedName.isIn(path)
      if isRefused {
        let isLink = status.kind == .symbolicLink
        guard isLink || status.kind == .regular else {
          return unreadable(path, "git does not allow this name")
        }
        return setAside(path, isLink: isLink)
      }
      if status.kind == .regular && policy.isSetAside(path, status) { return setAside(path) }
      metadata.untracked.append(path)
      try record(path, into: update)
    } catch let error as SystemError where Self.isOfOneFile(error) {
      unreadable(path, error.reason)
    }
  }

  /// Writes a file or a link as a blob; nil if there is neither.
  private mutating func read(_ path: BytePath) throws -> (TreeEntry, UInt32?)? {
    guard isReachable(path) else { return nil }
    let full = location.worktree.appending(path)
    return try SteadyFile.read(full, named: path) { contents, status in
      rights[path] = FileRights(owner: FileOwner(status), attributes: try ExtendedAttributes.read(full))
      return switch contents {
      case .link(let target):
        (TreeEntry(mode: .symbolicLink, id: try database.writeBlob(target.bytes)), nil)
      case .file(let file):
        (
          TreeEntry(
            mode: status.isExecutable ? .executable : .regular,
            id: try database.writeBlob(file, byteCount: status.byteCount)), status.permissions
        )
      }
    }
  }

  private mutating func isReachable(_ path: BytePath) -> Bool {
    let parent = path.parent ?? ""
    if let known = reachable[parent] { return known }
    let found = location.isReachable(path)
    reachable[parent] = found
    return found
  }

  private mutating func recordObstacles(to incoming: ObjectID, over worktree: ObjectID) throws -> ObjectID {
    let update = TreeUpdate()
    let ignored = PathSet(metadata.ignored)
    for difference in try database.differences(from: worktree, to: incoming)
    where difference.old == nil && !own.contains(difference.path) {
      guard isReachable(difference.path),
        let status = try FileTree.status(location.worktree.appending(difference.path))
      else {
        if ignored.contains(difference.path) { metadata.notThere.append(difference.path) }
        continue
      }
      if status.kind == .regular && policy.isSetAside(difference.path, status) {
        setAside(difference.path)
      } else if status.kind == .regular || status.kind == .symbolicLink {
        try record(difference.path, into: update)
        try recordModes(above: difference.path)
      } else if status.kind == .directory && difference.new?.mode != .submodule {
        try recordBare(difference.path, status)
      }
    }
    return try update.apply(to: worktree, in: database)
  }

  /// Records the modes of directories that git ignores, which the scan has not examined.
  private mutating func recordModes(above path: BytePath) throws {
    for directory in path.ancestors {
      if let permissions = try FileTree.status(location.worktree.appending(directory))?.permissions,
        permissions != metadata.directories[directory]
      {
        metadata.directories.exceptions[directory] = permissions
      }
    }
  }

  /// Records a directory in the way of a file. Directories that git ignores are removed, too, if they are empty.
  private mutating func recordBare(_ path: BytePath, _ status: FileStatus) throws {
    if metadata.bareDirectories.contains(path) { return }
    let names = try FileTree.list(location.worktree.appending(path))
    // Other repositories are not examined.
    if names.contains(".git"), NestedRepository.isThere(in: location.worktree.appending(path)) { return }
    metadata.bareDirectories.append(path)
    metadata.directories.exceptions[path] = status.permissions
    for name in names {
      let inner = path.appending(name)
      if let status = try FileTree.status(location.worktree.appending(inner)), status.kind == .directory {
        try recordBare(inner, status)
      }
    }
  }
}
