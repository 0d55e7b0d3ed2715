// Finds what `git status` does not report: flags that hide files from it, exact permissions of files and directories, empty
// directories, and what is neither a file, a link nor a directory.

import FileSystem
import Glibc

struct WorktreeScan: Sendable {
  private(set) var assumeUnchanged: [BytePath] = []
  private(set) var skipWorktree: [BytePath] = []
  private(set) var submodules: [BytePath] = []
  private(set) var isIndexEmpty = false
  /// As in `TrackedScan`.
  private(set) var emptyEntries: [BytePath: UInt32] = [:]
  /// The permissions of clean tracked files, by their mode in the index.
  private(set) var files = PermissionTable()
  private(set) var executables = PermissionTable()
  private(set) var directories = PermissionTable()
  /// Directories without a file that git tracks or could track.
  private(set) var bareDirectories: [BytePath] = []
  /// Directories of tracked files that a sparse checkout leaves out: only the topmost ones.
  private(set) var absentDirectories: [BytePath] = []
  /// Sockets, pipes and devices, which git ignores and which cannot be recorded.
  private(set) var special: [BytePath] = []
  /// Directories that could not be read, with the reason.
  private(set) var unreadable: [(path: BytePath, reason: String)] = []

  /// The scan of the index, and the output of git that it refers to.
  private(set) var tracked = TrackedScan()
  private(set) var output: [UInt8] = []
  /// The owners of files and directories, and the attributes of directories.
  private(set) var rights = RightsTable()

  private var found: [BytePath: UInt32] = [:]
  /// Directories without tracked files that still have to be examined.
  private var waiting: [BytePath] = []

  /// Examines what the index lists.
  static func tracked(_ location: RepositoryLocation, known: KnownFiles) throws -> WorktreeScan {
    let output = try list(location)
    let tracked = try TrackedScan.read(
      output, in: OpenFile.open(location.worktree, flags: O_RDONLY | O_DIRECTORY), known: known)
    var scan = WorktreeScan()
    (scan.tracked, scan.output) = (tracked, output)
    scan.isIndexEmpty = output.isEmpty
    scan.assumeUnchanged = tracked.assumeUnchanged
    scan.skipWorktree = tracked.skipWorktree
    scan.emptyEntries = tracked.emptyEntries
    scan.submodules = tracked.submodules.sorted()
    scan.unreadable = tracked.unreadable.map { ($0.key, $0.value) }
    func table(_ isExecutable: Bool) -> PermissionTable {
      PermissionTable(
        tracked.found.lazy.filter { $0.isExecutable == isExecutable },
        permissions: { UInt32($0.permissions) },
        path: { file in BytePath(output[Int(file.offset)...].prefix { $0 != 0 }) })
    }
    scan.rights = RightsTable(tracked, output)
    scan.files = table(false)
    scan.executables = table(true)
    scan.found = tracked.directories
    scan.special = Array(tracked.special)
    scan.waiting = tracked.subdirectories.filter {
      tracked.directories[$0] == nil && tracked.unreadable[$0] == nil && !tracked.submodules.contains($0)
    }
    return scan
  }

  /// Only the flags: assume-unchanged and skip-worktree.
  static func flags(
    _ location: RepositoryLocation
  ) throws -> (assumeUnchanged: [BytePath], skipWorktree: [BytePath]) {
    let tracked = try TrackedScan.read(list(location), in: nil)
    return (tracked.assumeUnchanged, tracked.skipWorktree)
  }

  private static func list(_ location: RepositoryLocation) throws -> [UInt8] {
    // An entry takes about as many bytes in the index as in this output.
    let index = (try FileTree.status(location.gitDirectory.appending("index")))?.byteCount ?? 0
    return try location.git.subprocess(["ls-files", "-v", "-s", "-z"]).output(expecting: index)
  }

  /// Leaves out directories without tracked files: for example, a whole home directory must not be searched.
  mutating func forgetUntracked() { (waiting, special) = ([], []) }

  /// Examines the directories without tracked files, unless git ignores them.
  /// - Parameters:
  ///   - untracked: the untracked files that are recorded in git.
  ///   - isOutside: says which directories are not examined.
  mutating func finish(
    _ status: Status, untracked: Set<BytePath>, _ location: RepositoryLocation, isOutside: (BytePath) -> Bool
  ) throws {
    func directories(_ paths: [BytePath]) -> Set<BytePath> {
      Set(paths.lazy.filter { $0.bytes.last == UInt8(ascii: "/") }.map { BytePath($0.bytes.dropLast()) })
    }
    // Directories that could be bare: those with missing files, and those without tracked ones.
    var candidates = Set(
      (status.changes.filter(\.isDeletedInWorktree).map(\.path) + status.conflicts.map(\.path)
        + assumeUnchanged
        + skipWorktree.filter { $0.parent.map { found[$0] != nil } ?? false }).flatMap(\.ancestors))
    absentDirectories = findAbsent()
    candidates.formUnion(absentDirectories.flatMap(\.ancestors))
    let closed = directories(status.ignored).union(directories(status.untracked))
    let root = try OpenFile.open(location.worktree, flags: O_RDONLY | O_DIRECTORY)
    while let path = waiting.popLast() {
      if !closed.contains(path) && !isOutside(path), try look(into: path, root, location.worktree) {
        candidates.insert(path)
      }
    }
    candidates.subtract(untracked.flatMap(\.ancestors))
    bareDirectories = candidates.filter { found[$0] != nil }.sorted()
    self.directories = PermissionTable(found, permissions: \.value, path: \.key)
    found = [:]
    special = try notIgnored(special, location.git)
  }

  private func findAbsent() -> [BytePath] {
    var absent: Set<BytePath> = []
    for path in skipWorktree {
      var next = path.parent
      while let directory = next, found[directory] == nil, absent.insert(directory).inserted {
        next = directory.parent
      }
    }
    return absent.filter { path in path.parent.map { !absent.contains($0) } ?? true }.sorted()
  }

  private func notIgnored(_ paths: [BytePath], _ git: GitProgram) throws -> [BytePath] {
    if paths.isEmpty { return [] }
    // Exit code 1 means that none is ignored.
    let output = try git.run(
      ["check-ignore", "-z", "--stdin"], input: paths.nulTerminated, accepting: [0, 1])
    return Set(paths).subtracting(output.split(separator: 0).map { BytePath($0) }).sorted()
  }

  /// - Returns: whether it is a directory that belongs to the state.
  private mutating func look(into path: BytePath, _ root: OpenFile, _ worktree: BytePath) throws -> Bool {
    try Interruption.check()
    let directory: OpenDirectory
    do {
      directory = try OpenDirectory.open(path, in: root)
      try directory.requireSearchable()
    } catch {
      if !error.isMissing { unreadable.append((path, error.reason)) }
      return false
    }
    var inner: [BytePath] = []
    var pipes: [BytePath] = []
    var isRepository = false
    try directory.forEachEntry { name, kind in
      let name = BytePath(cString: name)
      if name == ".git" { isRepository = true }
      if kind == .directory { inner.append(path.appending(name)) }
      if kind == .other { pipes.append(path.appending(name)) }
    }
    if isRepository && NestedRepository.isThere(in: worktree.appending(path)) { return false }
    let status = try directory.status()
    found[path] = status.permissions
    rights.set(
      FileRights(
        owner: FileOwner(status), attributes: try ExtendedAttributes.read(worktree.appending(path))), of: path
    )
    special += pipes
    waiting += inner
    return true
  }
}
