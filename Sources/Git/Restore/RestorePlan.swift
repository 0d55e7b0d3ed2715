// Everything that has to be written, removed or given another mode to get from one recorded state to another.

import FileSystem

package struct RestorePlan: Sendable {
  package var writes: [PlannedWrite] = []
  /// The index's `.gitattributes` that may apply to files that are written.
  package var attributes: [PlannedWrite] = []
  /// The settings with which git turns objects into files.
  var settings: [String: String] = [:]
  package var removals: [BytePath] = []
  /// Files that keep their bytes and get other permissions.
  package var modes: [BytePath: UInt32] = [:]
  /// Directories that have to be made, with the permissions that they get.
  package var directories: [BytePath: UInt32?] = [:]
  /// Existing directories that get other permissions.
  package var directoryModes: [BytePath: UInt32] = [:]
  /// Owners and attributes: of directories that have to be made, and of everything that stays and gets others.
  package var rights: [BytePath: FileRights] = [:]
  /// Directories without recorded files that the target does not have. They are removed if they are empty at the end.
  package var bareRemovals: [BytePath] = []
  /// Submodules that had another commit checked out, with that commit. It is not checked out here.
  package var submodules: [BytePath: ObjectID] = [:]
  /// Directories that git ignored when the target was recorded: they existed, whatever they contained.
  package var ignoredDirectories: Set<BytePath> = []
  /// Files that should be removed, but are mount points, which cannot be removed.
  package var mounted: [BytePath] = []
  /// Paths that differ but are not touched, because their present contents could not be recorded.
  package var leftAlone: [BytePath] = []

  /// - Parameters:
  ///   - current: the present state of the working copy.
  ///   - keepUntracked: whether files stay that are untracked in `current` and unknown to `target`.
  ///   - isLeftAlone: says which paths are never touched.
  ///   - wasHidden: for a target that did not look for untracked files: whether a file that it does not know existed then.
  package init(
    from current: RecordedState, to target: RecordedState, keepUntracked: Bool,
    isLeftAlone: (BytePath) -> Bool, wasHidden: (BytePath) -> Bool = { _ in false },
    in database: ObjectDatabase
  ) throws {
    let hidesUntracked = target.metadata.hidesUntracked == true
    let raw = Dictionary(
      target.metadata.raw.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let skipped = PathSet(target.metadata.skipped + target.metadata.nestedRepositories)
    let unrecorded = PathSet(current.metadata.skipped)
    let recorded = Set(current.metadata.raw.map(\.path))
    let sparse = Set(target.metadata.skipWorktree.filter { raw[$0] == nil })
    let untracked = Set(current.metadata.untracked)
    let (ignored, notThere) = (PathSet(target.metadata.ignored), Set(target.metadata.notThere))
    ignoredDirectories = Set(
      target.metadata.ignored.filter { $0.bytes.last == UInt8(ascii: "/") }.map {
        BytePath($0.bytes.dropLast())
      })
    settings = target.metadata.lineEnds ?? [:]
    leftAlone = current.metadata.unreadable.filter { !isLeftAlone($0) }

    var entries: [BytePath: TreeEntry?] = [:]
    for difference in try database.differences(from: current.worktree, to: target.worktree) {
      entries[difference.path] = difference.new
    }
    // The same object can stand for different bytes: raw on one side, filtered on the other.
    let changedRaw = Set(target.metadata.raw).symmetricDifference(Set(current.metadata.raw)).map(\.path)
    // A file can exist on one side only, although the entries are equal: if the other side's sparse checkout leaves it out.
    let sparseNow = Set(current.metadata.skipWorktree).subtracting(recorded)
    let equal = Set(changedRaw).union(sparseNow.subtracting(sparse)).filter { entries[$0] == nil }
    for (path, entry) in try database.entries(at: equal, in: target.worktree) { entries[path] = entry }
    for path in sparse.subtracting(sparseNow) where entries[path] == nil { entries[path] = .some(nil) }
    try Self.dropUnknown(&entries, from: current, to: target, raw: Set(raw.keys), database)
    try Self.findRefiltered(
      &entries, from: current, to: target, rawChanged: changedRaw, raw: Set(raw.keys), database)
    let room = Room(
      files: Set(entries.compactMap { $0.value == nil ? nil : $0.key }),
      directories: target.metadata.bareDirectories)
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      if isLeftAlone(path) || (raw[path] == nil && skipped.contains(path)) { continue }
      if unrecorded.contains(path) && !recorded.contains(path) {
        if !leftAlone.contains(path) { leftAlone.append(path) }
        continue
      }
      if sparse.contains(path) {
        if !sparseNow.contains(path) { removals.append(path) }
        continue
      }
      // Only a submodule's directory is restored, not what is in it.
      if let entry, entry.mode == .submodule {
        directories[path] = .some(nil)
        submodules[path] = entry.id
        continue
      }
      guard let entry else {
        // Files that git ignored when the target was recorded are not part of it.
        let isUnknown =
          ((keepUntracked || hidesUntracked) && untracked.contains(path))
          || (hidesUntracked && wasHidden(path))
          || (ignored.contains(path) && !notThere.contains(path))
        if !isUnknown || room.isNeeded(by: path) { removals.append(path) }
        continue
      }
      let permissions =
        raw[path] == nil ? target.metadata.permissions(of: path, entry.mode) : raw[path]?.permissions
      writes.append(
        PlannedWrite(
          path: path, entry: entry, isRaw: raw[path] != nil, permissions: permissions,
          rights: target.metadata.rights?[path]))
    }
    try findAttributes(in: target, database)
    try planModes(from: current.metadata, to: target, written: Set(entries.keys), isLeftAlone, in: database)
    try planDirectories(from: current, to: target, keepUntracked: keepUntracked, isLeftAlone, in: database)
    try planRights(from: current, to: target, written: Set(entries.keys), isLeftAlone, in: database)
    try checkNames(target.worktree)
    // Attributes decide how other files are filtered, so they are written first.
    let attributes: BytePath = ".gitattributes"
    writes =
      writes.filter { $0.path.lastComponent == attributes }
      + writes.filter { $0.path.lastComponent != attributes }
  }

  /// Leaves out removals of mount points, which cannot be removed.
  package mutating func leaveMountPoints(in location: RepositoryLocation) {
    if removals.isEmpty { return }
    let mounts = MountPoints.below(location.worktree)
    mounted = removals.filter { mounts.contains(location.worktree.appending($0)) }
    if !mounted.isEmpty { removals.removeAll { mounted.contains($0) } }
  }

  /// The places that must be free for what is written.
  private struct Room {
    let files: Set<BytePath>
    let directories: Set<BytePath>

    init(files: Set<BytePath>, directories: [BytePath]) {
      self.files = files
      self.directories = Set(files.flatMap(\.ancestors) + directories + directories.flatMap(\.ancestors))
    }

    func isNeeded(by path: BytePath) -> Bool {
      directories.contains(path) || path.ancestors.contains(where: files.contains)
    }
  }

  /// Older checkpoints and commits do not say whether clean files were as a checkout would write them. Such a file stays as it
  /// is if it has the same object now. Git, too, would not touch it.
  private static func dropUnknown(
    _ entries: inout [BytePath: TreeEntry?], from current: RecordedState, to target: RecordedState,
    raw: Set<BytePath>, _ database: ObjectDatabase
  ) throws {
    guard target.metadata.lineEnds == nil, let asIs = current.metadata.cleanAsIs, let index = current.index[0]
    else { return }
    for path in asIs where !raw.contains(path) && entries[path] != nil {
      let entry = try database.entry(at: path, in: target.worktree)
      if try entry != nil && entry == database.entry(at: path, in: index) { entries[path] = nil }
    }
  }

  /// Adds files with the same object that may get other bytes, because attributes or settings for line ends and filters have
  /// changed. A file that turns out to have the wanted bytes is not touched.
  private static func findRefiltered(
    _ entries: inout [BytePath: TreeEntry?], from current: RecordedState, to target: RecordedState,
    rawChanged: [BytePath], raw: Set<BytePath>, _ database: ObjectDatabase
  ) throws {
    let changed = Set(entries.keys).union(rawChanged).filter { $0.lastComponent == ".gitattributes" }
    var directories = changed.map { $0.parent ?? "" }
    if let now = current.metadata.lineEnds, let then = target.metadata.lineEnds, now != then {
      directories = [""]
    }
    if directories.isEmpty { return }
    var found: [BytePath: TreeEntry] = [:]
    try database.forEachFile(in: target.worktree) { path, entry in
      let isFile = entry.mode == .regular || entry.mode == .executable
      guard isFile, entries[path] == nil, !raw.contains(path) else { return }
      if directories.contains(where: { $0.isEmpty || path.isInside($0) }) { found[path] = entry }
    }
    for (path, entry) in found { entries[path] = entry }
  }

  /// Finds the index's `.gitattributes`, which git uses if the working tree has none.
  private mutating func findAttributes(in target: RecordedState, _ database: ObjectDatabase) throws {
    guard let index = target.index[0] else { return }
    let filtered = writes.filter { !$0.isRaw }
    let directories = Set(filtered.flatMap(\.path.ancestors) + (filtered.isEmpty ? [] : [""]))
    for path in directories.map({ $0.appending(".gitattributes") }) {
      if let entry = try database.entry(at: path, in: index) {
        attributes.append(PlannedWrite(path: path, entry: entry, isRaw: false, permissions: nil))
      }
    }
  }

  /// Plans the modes of files that keep their bytes.
  private mutating func planModes(
    from current: StateMetadata, to target: RecordedState, written: Set<BytePath>,
    _ isLeftAlone: (BytePath) -> Bool, in database: ObjectDatabase
  ) throws {
    let wanted = target.metadata
    let raw = Set(wanted.raw.map(\.path))
    var candidates: Set<BytePath> = []
    for (old, new) in [(current.files, wanted.files), (current.executables, wanted.executables)] {
      candidates.formUnion(old.exceptions.keys)
      candidates.formUnion(new.exceptions.keys)
    }
    // The permissions of most files have changed.
    if current.files.common != wanted.files.common
      || current.executables.common != wanted.executables.common
    {
      try database.forEachFile(in: target.worktree) { path, _ in candidates.insert(path) }
    }
    candidates = candidates.filter { !written.contains($0) && !raw.contains($0) && !isLeftAlone($0) }
    for (path, entry) in try database.entries(at: candidates, in: target.worktree) {
      let mode = wanted.permissions(of: path, entry.mode)
      if let mode, mode != current.permissions(of: path, entry.mode) { modes[path] = mode }
    }
  }

  /// Says whether a path is a directory above a recorded file.
  static func directories(
    of state: RecordedState, _ database: ObjectDatabase
  ) -> (BytePath) throws -> Bool {
    let absent = PathSet(state.metadata.absentDirectories)
    return { path in
      try !absent.contains(directory: path)
        && database.entry(at: path, in: state.worktree)?.mode == .directory
    }
  }

  private mutating func planDirectories(
    from current: RecordedState, to target: RecordedState, keepUntracked: Bool,
    _ isLeftAlone: (BytePath) -> Bool, in database: ObjectDatabase
  ) throws {
    let (old, new) = (current.metadata.directories, target.metadata.directories)
    let bareNow = Set(current.metadata.bareDirectories)
    let (isNow, isThen) = (Self.directories(of: current, database), Self.directories(of: target, database))
    let bare = Set(target.metadata.bareDirectories.filter { !isLeftAlone($0) })
    var wanted = bare.union(directories.keys)
    for path in writes.map(\.path) + Array(wanted) {
      var parent = path.parent
      while let directory = parent, wanted.insert(directory).inserted { parent = directory.parent }
    }
    for path in wanted where directories[path] == nil {
      // A bare directory may be removed with the last file in it, and then has to be made again.
      if try bare.contains(path) || (!bareNow.contains(path) && !isNow(path)) {
        directories[path] = .some(new[path])
      }
    }
    let ignored = PathSet(target.metadata.ignored)
    let keepsBare = keepUntracked || target.metadata.hidesUntracked == true
    for path in bareNow where !keepsBare && !isLeftAlone(path) && !wanted.contains(path) {
      if try !ignored.contains(directory: path) && !isThen(path) {
        bareRemovals.append(path)
      }
    }
    var candidates = Set(old.exceptions.keys).union(new.exceptions.keys)
    if old.common != new.common {
      candidates.formUnion(bare)
      try database.forEachDirectory(in: target.worktree) { candidates.insert($0) }
    }
    for path in candidates where directories[path] == nil && !isLeftAlone(path) {
      guard let mode = new[path], mode != old[path] else { continue }
      if try bare.contains(path) || isThen(path) {
        directoryModes[path] = mode
      }
    }
  }
}
