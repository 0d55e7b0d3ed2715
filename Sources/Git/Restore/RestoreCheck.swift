// Finds everything that would stop a restore, before anything is touched. All of it is found at once, so that the user need
// not try again after each.

import FileSystem
import Glibc

/// Remembers what is known about the directories of a working tree, because a check of many files asks for the same ones
/// again and again. They must not change in the meantime.
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

struct RestoreCheck {
  private let location: RepositoryLocation
  private let plan: RestorePlan
  private let planned: Set<BytePath>
  private let isGoing: (BytePath) -> Bool
  private let directories: DirectoryView
  private let mounts: MountPoints
  private(set) var found: [Obstruction] = []
  private var named: Set<BytePath> = []
  /// Files where directories are needed. Each is reported once for everything below it.
  private var blocked: Set<BytePath> = []

  init(_ location: RepositoryLocation, _ plan: RestorePlan, isGoing: @escaping (BytePath) -> Bool) {
    self.location = location
    self.plan = plan
    self.isGoing = isGoing
    planned = Set(plan.removals)
    directories = DirectoryView(location)
    mounts = MountPoints.below(location.worktree)
  }

  /// As `WorktreeWriter.check`.
  mutating func run(since moment: Timestamp?, others: Set<BytePath>) throws {
    if let moment { try checkTimes(since: moment) }
    checkRepositories()
    try checkDirectories()
    for path in plan.writes.map(\.path) + others.sorted() { try checkPlace(path) }
    for write in plan.writes { try checkMount(write) }
  }

  /// Notes a path and the reason. Each path is noted once, with its first reason.
  private mutating func note(_ path: BytePath, _ reason: String) {
    if named.insert(path).inserted { found.append(Obstruction(path: path, reason: reason)) }
  }

  private func isRemoved(_ path: BytePath) -> Bool { planned.contains(path) || isGoing(path) }

  private mutating func checkTimes(since moment: Timestamp) throws {
    // A time in the future is from before the clock was set back.
    let now = SystemClock().now()
    for path in plan.removals + plan.writes.map(\.path) where directories.isReachable(path) {
      let status = try FileTree.status(location.worktree.appending(path))
      if let status, status.kind != .directory, status.changedAt > moment, status.changedAt <= now {
        note(path, "it was changed a moment ago, after the present state had been recorded")
      }
    }
  }

  private mutating func checkRepositories() {
    let touched = Set((plan.writes.map(\.path) + plan.removals).flatMap(\.ancestors))
    for directory in touched.sorted() {
      if directories.isReachable(directory.appending(".git")),
        NestedRepository.isThere(in: location.worktree.appending(directory))
      {
        note(directory, "it is a repository of its own now, so nothing in it is changed")
      }
    }
  }

  private mutating func checkDirectories() throws {
    for directory in plan.directories.keys.sorted()
    where !isRemoved(directory) && directories.isReachable(directory) {
      if let status = try directories.status(directory), status.kind != .directory {
        note(directory, "it is a file that is not recorded, and a directory is needed there")
      }
    }
  }

  /// Checks that a file's place is free, or is taken only by what will be removed.
  private mutating func checkPlace(_ path: BytePath) throws {
    let full = location.worktree.appending(path)
    // What lies behind a link is not ours, and the link will be removed.
    let status = directories.isReachable(path) ? try FileTree.status(full) : nil
    if status?.kind == .directory {
      if let reason = try whyIrreplaceable(full, path) { note(path, reason) }
    } else if status?.kind == .other {
      note(path, "a socket, pipe or device is in its place")
    }
    for directory in path.ancestors where directories.isReachable(directory) {
      let status = try directories.status(directory)
      if let status, status.kind != .directory, !isRemoved(directory), !named.contains(directory),
        blocked.insert(directory).inserted
      {
        note(path, "\(directory), which git ignores, is not a directory")
      }
    }
  }

  /// Why a directory cannot be replaced by a file; nil if everything in it will be removed anyway.
  private func whyIrreplaceable(_ full: BytePath, _ path: BytePath) throws -> String? {
    if mounts.contains(full) { return "there is a directory that is a mount point" }
    for name in try FileTree.list(full) {
      let inner = path.appending(name)
      let status = try FileTree.status(full.appending(name))
      if status?.kind == .directory {
        if let reason = try whyIrreplaceable(full.appending(name), inner) { return reason }
      } else if !isRemoved(inner) {
        return "there is a directory with \(inner), which is not recorded"
      }
    }
    return nil
  }

  /// Checks that a file that is a mount point, and so cannot be replaced, can be written to.
  private mutating func checkMount(_ write: PlannedWrite) throws {
    let full = location.worktree.appending(write.path)
    guard mounts.contains(full), let status = try FileTree.status(full), status.kind == .regular else {
      return
    }
    if write.entry.mode == .symbolicLink {
      note(write.path, "there is a file that is a mount point, which a link cannot replace")
    } else if let code = FileTree.writeError(full) {
      let reason = SystemError(code: code, operation: "write", path: full).reason
      note(write.path, "it is a mount point, so it would have to be written in place: \(reason)")
    }
  }
}
