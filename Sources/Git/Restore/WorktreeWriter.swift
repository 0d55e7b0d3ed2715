// Writes the files of a recorded state that differ, each by a temporary file and a rename. Every step can be repeated: a
// restore that was killed is run again.

import FileSystem
import Glibc

package final class WorktreeWriter {
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  private let files: any FileOperations
  private let temporary: BytePath
  private var checkedDirectories: Set<BytePath> = []
  /// The directory into which a file was moved last.
  private var held: (path: BytePath, directory: OpenFile)?
  /// Directories from which something was removed.
  private var emptied: Set<BytePath> = []
  private var counter = 0
  /// Files that already had the wanted contents.
  private var untouched: Set<BytePath> = []
  private var lostRights: [BytePath: [LostRights]] = [:]

  package init(
    _ location: RepositoryLocation, _ database: ObjectDatabase,
    files: any FileOperations = SystemFileOperations()
  ) {
    self.location = location
    self.database = database
    self.files = files
    temporary = location.gitDirectory.appending("checkpoint-restore")
  }

  /// Rights that could not be given back.
  package var lost: [LostRights] { lostRights.sorted { $0.key < $1.key }.flatMap(\.value) }

  /// Finds everything that would stop `apply`, without touching anything.
  /// - Parameters:
  ///   - moment: when recording the present state began. A file that was changed later would be lost.
  ///   - others: files that are written besides the plan's.
  ///   - isGoing: whether a file that is not in the plan will be removed.
  /// - Throws: `Obstruction`
  package func check(
    _ plan: RestorePlan, since moment: Timestamp?, others: Set<BytePath> = [],
    isGoing: @escaping (BytePath) -> Bool = { _ in false }
  ) throws {
    var check = RestoreCheck(location, plan, isGoing: isGoing)
    try check.run(since: moment, others: others)
    try Obstruction.throwAll(check.found)
  }

  /// Throws if there is a lock of a git process that is running or was killed: it would stop a restore halfway.
  package static func requireUnlocked(_ location: RepositoryLocation) throws {
    for name in ["index.lock", "HEAD.lock"] as [BytePath] {
      let path = location.gitDirectory.appending(name)
      if FileTree.exists(path) { throw GitLocked(path: path) }
    }
  }

  /// Carries out a plan.
  /// - Returns: the files that already had the wanted contents.
  @discardableResult
  package func apply(
    _ plan: RestorePlan, progress: (_ done: Int) -> Void = { _ in }
  ) throws -> Set<BytePath> {
    try FileTree.remove(temporary)
    try FileTree.makeDirectories(temporary, mode: 0o700)
    defer { try? FileTree.remove(temporary) }
    if plan.writes.contains(where: { $0.rights != nil }) {
      // The files must not inherit the git directory's default access list.
      try ExtendedAttributes.remove(ExtendedAttributes.defaultAccessList, from: temporary)
    }
    for path in plan.removals.reversed() { try remove(path) }
    try giveRights(plan) { $0 != .directory }
    for (path, permissions) in plan.modes where isReachable(path) {
      let full = location.worktree.appending(path)
      if try FileTree.status(full)?.kind == .regular {
        try FileTree.setPermissions(full, possible(permissions, path, plan))
      }
    }
    var done = 0
    var git = location.git
    git.settings = plan.settings
    let attributesEnd =
      plan.writes.firstIndex { $0.path.lastComponent != ".gitattributes" } ?? plan.writes.count
    for part in [plan.writes[..<attributesEnd], plan.writes[attributesEnd...]] {
      for write in part where write.isRaw {
        try Interruption.check()
        try restore(write)
        done += 1
        progress(done)
      }
      let contents = FilteredContents(
        git: git, database: database, noIndex: temporary.appending("no-index"))
      let rest = try contents.read(part.filter { !$0.isRaw }, attributes: plan.attributes) { write, bytes in
        try Interruption.check()
        try place(write) { try files.write(bytes, to: $0) }
        done += 1
        progress(done)
      }
      try checkOut(rest, plan, git) {
        done += 1
        progress(done)
      }
    }
    try restoreDirectories(plan)
    return untouched
  }

  private func checkOut(
    _ writes: [PlannedWrite], _ plan: RestorePlan, _ git: GitProgram, _ advance: () -> Void
  ) throws {
    let checkout = FilteredCheckout(git: git, directory: temporary, attributes: plan.attributes)
    for write in try checkout.run(writes) {
      let path = checkout.path(of: write)
      try giveRights(of: write, to: path)
      try moveIntoPlace(path, write)
      advance()
    }
  }

  /// Permissions are set last, because they may forbid writing.
  private func restoreDirectories(_ plan: RestorePlan) throws {
    for path in emptied.union(plan.bareRemovals).sorted(by: >) { removeEmptied(path, plan) }
    emptied = []
    for path in plan.directories.keys.sorted() { try ensureDirectory(path) }
    try giveRights(plan) { $0 == .directory }
    let modes = plan.directoryModes.merging(plan.directories.compactMapValues { $0 }) { old, _ in old }
    for (path, permissions) in modes.sorted(by: { $0.key > $1.key }) where isReachable(path) {
      let full = location.worktree.appending(path)
      let wanted = possible(permissions, path, plan)
      if let status = try FileTree.status(full), status.kind == .directory, status.permissions != wanted {
        try FileTree.setPermissions(full, wanted)
      }
    }
  }

  private func removeEmptied(_ path: BytePath, _ plan: RestorePlan) {
    var next: BytePath? = path
    // Skips directories that are gone already.
    while let directory = next, (try? FileTree.status(location.worktree.appending(directory))) == .some(nil) {
      next = directory.parent
    }
    guard let first = next, isReachable(first) else { return }
    while let directory = next, plan.directories[directory] == nil,
      !plan.ignoredDirectories.contains(directory),
      FileTree.removeIfEmpty(location.worktree.appending(directory))
    {
      checkedDirectories.remove(directory)
      held = nil
      next = directory.parent
    }
  }

  private func remove(_ path: BytePath) throws {
    let full = location.worktree.appending(path)
    if isReachable(path), let status = try FileTree.status(full) {
      if status.kind == .directory { return }
      try FileTree.remove(full)
    }
    // The directory is removed later, because files may still be written to it, and then it must keep its permissions. It is
    // noted even if the file is gone already: an earlier run may have been killed right after removing the file.
    if let parent = path.parent { emptied.insert(parent) }
  }

  private func isReachable(_ path: BytePath) -> Bool { location.isReachable(path) }

  private func restore(_ write: PlannedWrite) throws {
    if write.entry.mode == .symbolicLink {
      counter += 1
      let link = temporary.appending("\(counter)")
      try FileTree.makeLink(link, to: BytePath(database.read(write.entry.id)))
      try giveRights(of: write, to: link)
      try moveIntoPlace(link, write)
    } else {
      try place(write) { file in
        try database.streamBlob(write.entry.id) { try files.write($0, to: file) }
      }
    }
  }

  private func place(_ write: PlannedWrite, _ fill: (OpenFile) throws -> Void) throws {
    counter += 1
    let path = temporary.appending("\(counter)")
    let mode: mode_t = write.entry.mode == .executable ? 0o777 : 0o666
    let file = try files.open(
      path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: write.permissions.map { $0 & 0o600 | 0o200 } ?? mode)
    try fill(file)
    try giveRights(of: write, to: path)
    try moveIntoPlace(path, write)
  }

  private func giveRights(of write: PlannedWrite, to file: BytePath) throws {
    if let rights = write.rights {
      // Called again for the final place, whose result counts.
      lostRights[write.path] = try rights.give(
        to: file, permissions: write.permissions, named: write.path)
    } else if let permissions = write.permissions, try FileTree.status(file)?.kind == .regular {
      // A link has no permissions; but if core.symlinks is false, it is a file.
      try FileTree.setPermissions(file, permissions)
    }
  }

  /// Gives rights to files and directories that keep their contents.
  private func giveRights(_ plan: RestorePlan, _ isConcerned: (FileStatus.Kind) -> Bool) throws {
    // Contents before their directories, whose new rights may forbid reaching them.
    for (path, rights) in plan.rights.sorted(by: { $0.key > $1.key }) where isReachable(path) {
      let full = location.worktree.appending(path)
      guard let status = try FileTree.status(full), isConcerned(status.kind) else { continue }
      lostRights[path] = try rights.give(to: full, permissions: plan.modes[path], named: path)
    }
  }

  /// The mode to set: if the access list could not be set, without its mask, which would open the file to the group.
  private func possible(_ permissions: UInt32, _ path: BytePath, _ plan: RestorePlan) -> UInt32 {
    let isLost = lostRights[path]?.contains { $0.kind == .accessList } ?? false
    return isLost ? plan.rights[path]?.permissionsWithoutList(permissions) ?? permissions : permissions
  }

  private func moveIntoPlace(_ temporary: BytePath, _ write: PlannedWrite) throws {
    let path = write.path
    let full = location.worktree.appending(path)
    let directory = try hold(path.parent ?? "")
    let present = try FileTree.status(full)
    // A file with the wanted contents is not touched. When a failed restore is reverted, that may be most files.
    if let present, try Self.areEqual(temporary, full, present) {
      untouched.insert(path)
      if let rights = write.rights, try FileRights.read(full) != rights {
        try giveRights(of: write, to: full)
      }
      return try FileTree.remove(temporary)
    }
    if present?.kind == .directory { try FileTree.removeEmptyDirectories(full) }
    do { try files.rename(temporary, to: path.lastComponent, in: directory) } catch {
      if error.code == EBUSY { return try overwrite(full, with: temporary) }
      guard error.code == EXDEV else { throw error }
      // The git directory is on another file system, so the file is first copied into the target's directory.
      let beside = BytePath(full.bytes + Array(".checkpoint-\(counter).tmp".utf8))
      try FileTree.remove(beside)
      do {
        try copy(temporary, to: beside, write)
        do { try files.rename(beside, to: path.lastComponent, in: directory) } catch {
          guard error.code == EBUSY else { throw error }
          try overwrite(full, with: beside)
        }
      } catch {
        try? FileTree.remove(beside)
        throw error
      }
    }
  }

  /// Writes into a file that is a mount point, which cannot be replaced.
  private func overwrite(_ target: BytePath, with source: BytePath) throws {
    guard let status = try FileTree.status(source), status.kind == .regular else {
      throw SystemError(code: EBUSY, operation: "replace", path: target)
    }
    let input = try OpenFile.open(source, flags: O_RDONLY)
    let output = try files.open(target, flags: O_WRONLY | O_TRUNC | O_NOFOLLOW, mode: 0)
    try input.forEachPiece { try files.write($0, to: output) }
    try FileTree.setPermissions(target, status.permissions)
    try FileTree.remove(source)
  }

  private static func areEqual(_ left: BytePath, _ right: BytePath, _ theirs: FileStatus) throws -> Bool {
    guard let ours = try FileTree.status(left), ours.kind == theirs.kind,
      ours.byteCount == theirs.byteCount
    else { return false }
    if ours.kind == .symbolicLink { return try FileTree.readLink(left) == FileTree.readLink(right) }
    guard ours.kind == .regular, ours.permissions == theirs.permissions,
      let other = try? OpenFile.open(right, flags: O_RDONLY | O_NOFOLLOW)
    else { return false }
    var isEqual = true
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    try OpenFile.open(left, flags: O_RDONLY | O_NOFOLLOW).forEachPiece(of: buffer.count) { piece in
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<piece.count])
      let count = isEqual ? try other.read(into: part) : 0
      isEqual =
        isEqual && count == piece.count
        && memcmp(part.baseAddress.unsafelyUnwrapped, piece.baseAddress.unsafelyUnwrapped, count) == 0
    }
    return isEqual
  }

  private func copy(_ source: BytePath, to target: BytePath, _ write: PlannedWrite) throws {
    guard let status = try FileTree.status(source) else { return }
    if status.kind == .symbolicLink {
      try FileTree.makeLink(target, to: FileTree.readLink(source))
    } else {
      let input = try OpenFile.open(source, flags: O_RDONLY)
      let output = try files.open(target, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try input.forEachPiece { try files.write($0, to: output) }
      if write.rights == nil {
        try FileTree.setPermissions(target, status.permissions)
      } else {
        try giveRights(of: write, to: target)
      }
      try FileTree.remove(source)
    }
  }

  private func hold(_ path: BytePath) throws -> OpenFile {
    if let held, held.path == path { return held.directory }
    if !path.isEmpty { try ensureDirectory(path) }
    let directory = try OpenFile.directory(path, below: location.worktree)
    held = (path, directory)
    return directory
  }

  private func ensureDirectory(_ path: BytePath) throws {
    if checkedDirectories.contains(path) { return }
    if let parent = path.parent { try ensureDirectory(parent) }
    let full = location.worktree.appending(path)
    if let status = try FileTree.status(full) {
      guard status.kind == .directory else { throw Obstruction(path: path, reason: "it is not a directory") }
    } else {
      try FileTree.makeDirectories(full, mode: 0o777)
    }
    checkedDirectories.insert(path)
  }
}
