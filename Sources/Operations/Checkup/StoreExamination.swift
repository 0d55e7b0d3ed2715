// What must be right for a store: that others cannot look into it, that its place keeps what is written, and that nothing waits to
// be taken up.

import Checkpoints
import ChunkStore
import FileSystem
import Formatting
import Git
import Remotes

extension Examination {
  private static let hour = 3600

  mutating func lookAtStore() throws {
    let path = session.project.storePath
    guard Store.exists(at: path) else {
      return add("store", .note, "there is no store yet", remedy: "checkpoint init, or any checkpoint")
    }
    let store = try session.project.openStore()
    add("store", .fine, "\(store.root)")
    if let status = try FileTree.status(store.root), status.permissions & 0o077 != 0 {
      let mode = String(status.permissions & 0o777, radix: 8)
      try add(
        "store", wrong: "other users of this machine may look into the store (mode \(mode))",
        remedy: "chmod 700 \(store.root)"
      ) { try FileTree.setPermissions(store.root, 0o700) }
    }
    try lookAtPlace(of: store)
    try lookAtTimes(in: store)
  }

  private mutating func lookAtPlace(of store: Store) throws {
    let elsewhere = "set checkpoint.store to a directory on a disk that stays, and move the store there"
    switch MountedFileSystem.type(of: try FileTree.canonical(store.root)) {
    case "tmpfs"?, "ramfs"?:
      add("store", .note, "the store is in memory, and gone after a restart", remedy: elsewhere)
    case "overlay"?:
      add(
        "store", .note, "the store is in a container's own layer, and goes with the container",
        remedy: elsewhere)
    case let type? where Self.isShared(type):
      add(
        "store", .note,
        "the store is on \(type), which does not keep all that a local disk promises about locks and crashes")
    default: break
    }
    let git = session.project.location.commonDirectory
    let isBeside = try FileTree.status(store.root)?.device == FileTree.status(git)?.device
    let place =
      isBeside
      ? "on the disk of the repository: if it breaks, all is gone"
      : "its databases on a disk of their own, its files in the repository's git directory"
    if session.remotes.isEmpty {
      add(
        "copies", .note, "each checkpoint is there once, \(place)",
        remedy: "checkpoint remote add NAME DIRECTORY, on another disk, and checkpoint push --all")
    }
    for remote in session.remotes { lookAt(remote, git) }
  }

  private mutating func lookAt(_ remote: RemotePlace, _ git: BytePath) {
    do {
      let standing = try session.remoteStanding(remote.name)
      if let first = standing.damaged.first {
        add(
          "copies", .wrong, "the remote \(remote.name): \(first)",
          remedy: "checkpoint push --all --verify --remote \(remote.name)")
      } else if try FileTree.status(remote.directory)?.device == FileTree.status(git)?.device {
        add(
          "copies", .note,
          "the remote \(remote.name) is on the disk of the repository: if it breaks, both are gone",
          remedy: "checkpoint remote add NAME DIRECTORY, on another disk")
      } else {
        add(
          "copies", .fine,
          "\(Format.plural(standing.checkpointCount, "checkpoint")) on the remote \(remote.name), on another disk"
        )
      }
    } catch {
      add(
        "copies", .wrong, "the remote \(remote.name) cannot be used: \(Format.oneLine("\(error)"))",
        remedy: "mount its disk; checkpoint remote show \(remote.name)")
    }
  }

  private static func isShared(_ type: String) -> Bool {
    ["nfs", "cifs", "smb", "9p", "vboxsf", "fuse.", "afs", "ceph"].contains(where: type.hasPrefix)
  }

  private mutating func lookAtTimes(in store: Store) throws {
    try session.clock.requireUsable()
    let now = session.clock.now()
    let newest = try Catalog(store).newestFirst().first { _ in true }
    guard let newest, newest.createdAt.secondsSinceEpoch - now.secondsSinceEpoch > Self.hour else { return }
    add(
      "store", .wrong, "\(newest.id) is from the future: a clock is wrong, or was when it was taken",
      remedy: "look at the clock: date")
  }

  /// What belongs to no checkpoint any more. Databases of trials are found with their sources.
  mutating func lookAtOrphans() throws {
    let store = try session.project.openStore()
    let objects = try ObjectDatabase.open(session.project.location, files: store.files)
    let lost = try CheckpointRefs.withoutManifest(objects, store)
    if let first = lost.first {
      // Without any of its own, they came from another store, with a push.
      let isForeign = try Catalog(store).newestFirst().first { _ in true } == nil
      add(
        "orphans", isForeign ? .note : .wrong,
        "\(Format.plural(lost.count, "checkpoint")) without a manifest, of which git has the files: \(first)"
          + (lost.count > 1 ? " …" : ""),
        remedy: "git log \(first.stateRef) shows them; git update-ref -d \(first.stateRef) lets go of one")
    }
    let left = try AbandonedWork.left(in: store)
    if left.isEmpty { return }
    let bytes = try left.reduce(0) { sum, path in
      guard let status = try FileTree.status(path) else { return sum }
      return sum + (status.kind == .directory ? try Store.byteCount(below: path) : status.byteCount)
    }
    let text =
      "left by processes that were killed: \(Format.plural(left.count, "part")) of checkpoints, \(Format.bytes(bytes))"
    if !isMending {
      return add("orphans", .note, text, remedy: "the next checkpoint removes it, or checkpoint doctor --fix")
    }
    try session.writing(isBesidePending: true) { opened in
      try AbandonedWork.remove(from: opened.store, session.project.location, opened.objects())
    }
    add("orphans", .mended, text)
  }

  /// libpq does not use a file of passwords that others may read, and connecting fails without a word of it.
  private mutating func lookAtPasswordFile() throws {
    let home = session.environment["HOME"].map { "\($0)/.pgpass" }
    guard let path = (session.environment["PGPASSFILE"] ?? home).map({ BytePath($0) }),
      let status = try FileTree.status(path), status.kind == .regular, status.permissions & 0o077 != 0
    else { return }
    add(
      "files", .wrong, "libpq ignores \(path), because other users of this machine may read it",
      remedy: "chmod 600 \(Format.shellWord("\(path)"))")
  }

  /// Kept files are those that git must not hold, so most of them have secrets.
  mutating func lookAtSecrets() throws {
    try lookAtPasswordFile()
    let catalog = Catalog(try session.project.openStore())
    guard let newest = try catalog.newestFirst().first(where: { !$0.kind.isInternal }) else { return }
    let readable = try catalog.filesInStore(newest).sorted().filter { path in
      try FileTree.status(session.worktree.appending(path)).map {
        $0.kind == .regular && $0.permissions & 0o004 != 0
      } ?? false
    }
    guard let first = readable.first else { return }
    let more = readable.count > 1 ? " and \(Format.plural(readable.count - 1, "more"))" : ""
    add(
      "files", .note, "other users of this machine may read \(Format.visible("\(first)"))\(more)",
      remedy: "chmod o-r \(Format.shellWord("\(first)"))")
  }

  mutating func lookAtWork() throws {
    let store = try session.project.openStore()
    if let pending = try JournalFile(store).read() {
      add(
        "background", .wrong, "an operation was interrupted: \(pending.operation)",
        remedy: "checkpoint rollback --continue, or --abort")
    }
    for role in WorkerLock.Role.allCases {
      guard let failure = WorkerLock.failure(of: role, in: store) else { continue }
      add(
        "background", .wrong,
        Format.oneLine("\(failure.job) at \(Format.time(failure.at)): \(failure.reason)"),
        remedy: "it is tried again after the next checkpoint; checkpoint log --kind \(role.rawValue)")
    }
  }
}
