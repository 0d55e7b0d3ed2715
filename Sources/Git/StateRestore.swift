// Brings a recorded state back: HEAD, the index (rebuilt by git), and the files that differ, each by a
// temporary file and a rename. Every step can be repeated: a restore that was killed is run again.

import FileSystem
import Glibc

package struct Obstruction: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  package var description: String { "\(path) cannot be restored: \(reason)" }
}

package struct GitLocked: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var description: String { "git is at work in this repository, or was killed there: \(path) exists" }
}

/// Directories of a working tree that nobody changes meanwhile: a pass over many files asks for the same ones again and
/// again.
private final class DirectoryView {
  private let location: RepositoryLocation
  private var statuses: [BytePath: FileStatus?] = [:]
  private var reachable: [BytePath: Bool] = [:]

  init(_ location: RepositoryLocation) { self.location = location }

  func status(_ directory: BytePath) throws -> FileStatus? {
    if let known = statuses[directory] { return known }
    let status = try FileTree.status(location.worktree.appending(directory))
    statuses[directory] = .some(status)
    return status
  }

  /// As in `RepositoryLocation`.
  func isReachable(_ path: BytePath) -> Bool {
    guard let parent = path.parent else { return true }
    if let known = reachable[parent] { return known }
    let isDirectory = (try? status(parent))??.kind == .directory && isReachable(parent)
    reachable[parent] = isDirectory
    return isDirectory
  }
}

package final class WorktreeWriter {
  private let location: RepositoryLocation
  private let database: ObjectDatabase
  private let files: any FileOperations
  private let temporary: BytePath
  private var checkedDirectories: Set<BytePath> = []
  /// Directories out of which something was removed.
  private var emptied: Set<BytePath> = []
  private var counter = 0
  /// Files that were right already.
  private var untouched: Set<BytePath> = []

  package init(
    _ location: RepositoryLocation, _ database: ObjectDatabase,
    files: any FileOperations = SystemFileOperations()
  ) {
    (self.location, self.database, self.files) = (location, database, files)
    temporary = location.gitDirectory.appending("checkpoint-restore")
  }

  /// Finds what would stop `apply`, without touching anything.
  /// - Parameters:
  ///   - moment: when the present state was begun to be recorded. A file that was changed later would be lost.
  ///   - others: files that come beside the plan's.
  ///   - isGoing: whether a file beside the plan's is going to be removed.
  package func check(
    _ plan: RestorePlan, since moment: Timestamp?, others: Set<BytePath> = [],
    isGoing: @escaping (BytePath) -> Bool = { _ in false }
  ) throws {
    let planned = Set(plan.removals)
    let isRemoved = { path in planned.contains(path) || isGoing(path) }
    let directories = DirectoryView(location)
    if let moment {
      // What lies in the future was stamped by a clock that has been set back since.
      let now = SystemClock().now()
      for path in plan.removals + plan.writes.map(\.path) where directories.isReachable(path) {
        let status = try FileTree.status(location.worktree.appending(path))
        if let status, status.kind != .directory, status.changedAt > moment,
          status.changedAt <= now
        {
          throw Obstruction(
            path: path, reason: "it was changed a moment ago, when the present state had been recorded")
        }
      }
    }
    let touched = Set((plan.writes.map(\.path) + plan.removals).flatMap(\.ancestors))
    for directory in touched.sorted() {
      if directories.isReachable(directory.appending(".git")),
        NestedRepository.isThere(in: location.worktree.appending(directory))
      {
        throw Obstruction(
          path: directory,
          reason: "it is a repository of its own now, and what is in it is not ours to change")
      }
    }
    for directory in plan.directories.keys where !isRemoved(directory) && directories.isReachable(directory) {
      let status = try directories.status(directory)
      if let status, status.kind != .directory {
        throw Obstruction(path: directory, reason: "a file that is not recorded is in the directory's place")
      }
    }
    for path in plan.writes.map(\.path) + Array(others) {
      let full = location.worktree.appending(path)
      // Behind a link that goes lies nothing of ours.
      let status = directories.isReachable(path) ? try FileTree.status(full) : nil
      if status?.kind == .directory {
        try checkReplaceable(full, path, isRemoved)
      } else if status?.kind == .other {
        throw Obstruction(path: path, reason: "a socket, pipe or device is in its place")
      }
      for directory in path.ancestors {
        guard directories.isReachable(directory) else { continue }
        let status = try directories.status(directory)
        if let status, status.kind != .directory, !isRemoved(directory) {
          throw Obstruction(path: path, reason: "\(directory), which git ignores, is not a directory")
        }
      }
    }
  }

  /// Another git process that is at work, or was killed, would stop the restore in its middle.
  package static func requireUnlocked(_ location: RepositoryLocation) throws {
    for name in ["index.lock", "HEAD.lock"] as [BytePath] {
      let path = location.gitDirectory.appending(name)
      if FileTree.exists(path) { throw GitLocked(path: path) }
    }
  }

  /// A directory may give way to a file only if everything in it is going to be removed anyway.
  private func checkReplaceable(_ full: BytePath, _ path: BytePath, _ isRemoved: (BytePath) -> Bool) throws {
    for name in try FileTree.list(full) {
      let inner = path.appending(name)
      let status = try FileTree.status(full.appending(name))
      if status?.kind == .directory {
        try checkReplaceable(full.appending(name), inner, isRemoved)
      } else if !isRemoved(inner) {
        throw Obstruction(
          path: path, reason: "a directory is there that holds \(inner), which is not recorded")
      }
    }
  }

  /// - Returns: files that had the wanted contents already.
  @discardableResult
  package func apply(
    _ plan: RestorePlan, progress: (_ done: Int) -> Void = { _ in }
  ) throws -> Set<BytePath> {
    try FileTree.remove(temporary)
    try FileTree.makeDirectories(temporary, mode: 0o700)
    defer { try? FileTree.remove(temporary) }
    for path in plan.removals.reversed() { try remove(path) }
    for (path, permissions) in plan.modes where isReachable(path) {
      let full = location.worktree.appending(path)
      if try FileTree.status(full)?.kind == .regular { try FileTree.setPermissions(full, permissions) }
    }
    var done = 0
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
        git: location.git, database: database, noIndex: temporary.appending("no-index"))
      let rest = try contents.read(part.filter { !$0.isRaw }, attributes: plan.attributes) { write, bytes in
        try Interruption.check()
        try place(write) { try files.write(bytes, to: $0) }
        done += 1
        progress(done)
      }
      try checkOut(rest, plan) {
        done += 1
        progress(done)
      }
    }
    try restoreDirectories(plan)
    return untouched
  }

  private func checkOut(
    _ writes: [RestorePlan.Write], _ plan: RestorePlan, _ advance: () -> Void
  ) throws {
    let checkout = FilteredCheckout(git: location.git, directory: temporary, attributes: plan.attributes)
    for write in try checkout.run(writes) {
      let path = checkout.path(of: write)
      // A link has none, and where core.symlinks is false it is a file.
      if let permissions = write.permissions, try FileTree.status(path)?.kind == .regular {
        try FileTree.setPermissions(path, permissions)
      }
      try moveIntoPlace(path, write.path)
      advance()
    }
  }

  /// Permissions come last, because they may forbid to write.
  private func restoreDirectories(_ plan: RestorePlan) throws {
    for path in emptied.union(plan.bareRemovals).sorted(by: >) { removeEmptied(path, plan) }
    emptied = []
    for path in plan.directories.keys.sorted() { try ensureDirectory(path) }
    let modes = plan.directoryModes.merging(plan.directories.compactMapValues { $0 }) { old, _ in old }
    for (path, permissions) in modes.sorted(by: { $0.key > $1.key }) where isReachable(path) {
      let full = location.worktree.appending(path)
      if let status = try FileTree.status(full), status.kind == .directory, status.permissions != permissions
      {
        try FileTree.setPermissions(full, permissions)
      }
    }
  }

  private func removeEmptied(_ path: BytePath, _ plan: RestorePlan) {
    var next: BytePath? = path
    // Those that are gone already.
    while let directory = next, (try? FileTree.status(location.worktree.appending(directory))) == .some(nil) {
      next = directory.parent
    }
    guard let first = next, isReachable(first) else { return }
    while let directory = next, plan.directories[directory] == nil,
      !plan.ignoredDirectories.contains(directory),
      FileTree.removeIfEmpty(location.worktree.appending(directory))
    {
      checkedDirectories.remove(directory)
      next = directory.parent
    }
  }

  private func remove(_ path: BytePath) throws {
    let full = location.worktree.appending(path)
    if isReachable(path), let status = try FileTree.status(full) {
      if status.kind == .directory { return }
      try FileTree.remove(full)
    }
    // Not at once: something may come into the directory again, and it has its permissions. Who removed the file may have
    // been killed before this.
    if let parent = path.parent { emptied.insert(parent) }
  }

  private func isReachable(_ path: BytePath) -> Bool { location.isReachable(path) }

  private func restore(_ write: RestorePlan.Write) throws {
    if write.entry.mode == .symbolicLink {
      counter += 1
      let link = temporary.appending("\(counter)")
      try FileTree.makeLink(link, to: BytePath(database.read(write.entry.id)))
      try moveIntoPlace(link, write.path)
    } else {
      try place(write) { file in
        try database.streamBlob(write.entry.id) { try files.write($0, to: file) }
      }
    }
  }

  private func place(_ write: RestorePlan.Write, _ fill: (OpenFile) throws -> Void) throws {
    counter += 1
    let path = temporary.appending("\(counter)")
    let mode: mode_t = write.entry.mode == .executable ? 0o777 : 0o666
    let file = try files.open(
      path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: write.permissions.map { $0 & 0o600 | 0o200 } ?? mode)
    try fill(file)
    if let permissions = write.permissions { try FileTree.setPermissions(path, permissions) }
    try moveIntoPlace(path, write.path)
  }

  private func moveIntoPlace(_ temporary: BytePath, _ path: BytePath) throws {
    let full = location.worktree.appending(path)
    if let parent = path.parent { try ensureDirectory(parent) }
    let present = try FileTree.status(full)
    // A file that is right already is not touched: on the way back from a failure that may be most of them.
    if let present, try Self.areEqual(temporary, full, present) {
      untouched.insert(path)
      return try FileTree.remove(temporary)
    }
    if present?.kind == .directory { try FileTree.removeEmptyDirectories(full) }
    do { try files.rename(temporary, to: full) } catch {
      guard error.code == EXDEV else { throw error }
      // The git directory is on another file system: go through a copy beside the target.
      let beside = BytePath(full.bytes + Array(".checkpoint-\(counter).tmp".utf8))
      try FileTree.remove(beside)
      do {
        try copy(temporary, to: beside)
        try files.rename(beside, to: full)
      } catch {
        try? FileTree.remove(beside)
        throw error
      }
    }
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

  private func copy(_ source: BytePath, to target: BytePath) throws {
    guard let status = try FileTree.status(source) else { return }
    if status.kind == .symbolicLink {
      try FileTree.makeLink(target, to: FileTree.readLink(source))
    } else {
      let input = try OpenFile.open(source, flags: O_RDONLY)
      let output = try files.open(target, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try input.forEachPiece { try files.write($0, to: output) }
      try FileTree.setPermissions(target, status.permissions)
      try FileTree.remove(source)
    }
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
