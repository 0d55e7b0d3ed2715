// A repository with its settings and its store: what every command starts from.

import ChunkStore
import Codecs
import FileSystem
import Git
import Glibc

package struct Project: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case noStore(BytePath)
    case storeInCommittedFile
    /// The store says that it belongs to another repository.
    case otherRepository(store: BytePath, owner: BytePath, file: BytePath)

    package var description: String {
      switch self {
      case .otherRepository(let store, let owner, _):
        "the store at \(store) belongs to the repository \(owner)"
      case .storeInCommittedFile:
        "\(Settings.fileName) sets where the store is, which only personal settings may"
      case .noStore(let path): "checkpoint is not set up in this repository (no store at \(path))"
      }
    }
  }

  package let location: RepositoryLocation
  /// The environment in which the project's commands run and its databases are searched for.
  package var environment: [String: String] { location.environment }
  package let settings: Settings
  package let storePath: BytePath

  /// - Parameters:
  ///   - table: all known settings.
  ///   - isOwnOnly: leaves out the committed file, which may be why it cannot be found otherwise.
  package static func find(
    from directory: BytePath, environment: [String: String], _ table: SettingTable, isOwnOnly: Bool = false
  ) throws -> Project {
    // libgit2 reads certificates when it starts, which are not needed here; so it starts while git is asked.
    let library = Pending { try ObjectDatabase.startLibrary() }
    defer { _ = try? library.get() }
    return try Project.at(
      RepositoryLocation.discover(from: directory, environment: environment), table, isOwnOnly: isOwnOnly)
  }

  package static func at(
    _ location: RepositoryLocation, _ table: SettingTable, isOwnOnly: Bool = false
  ) throws -> Project {
    let settings = try Settings.read(location, table, isOwnOnly: isOwnOnly)
    var storePath = location.commonDirectory.appending("checkpoints")
    // Otherwise a commit could bring in its author's checkpoints.
    if settings.isFromCommittedFile(.store) { throw Problem.storeInCommittedFile }
    if let text = settings[.store] {
      let home = location.environment["HOME"]
      let path = BytePath(text.hasPrefix("~/") ? (home ?? "~") + text.dropFirst() : text)
      storePath = path.isAbsolute ? path : location.worktree.appending(path)
    }
    return Project(
      location: location.leavingOut([storePath]), settings: settings, storePath: storePath)
  }

  /// The same project for work that a git hook begins.
  package func withoutGitsIndex() -> Project {
    Project(location: location.withoutGitsIndex(), settings: settings, storePath: storePath)
  }

  /// Opens the store, and creates it if the project has none yet. A store inside the working tree hides itself from git.
  package func openOrCreateStore() throws -> Store {
    let isNew = !Store.exists(at: storePath)
    let store = try Store.create(at: storePath)
    if isNew && storePath.isInside(location.worktree) && !storePath.isInside(location.commonDirectory) {
      try store.files.replaceFile(storePath.appending(".gitignore"), with: Array("*\n".utf8))
    }
    return try bound(store)
  }

  package func openStore() throws -> Store {
    guard Store.exists(at: storePath) else { throw Problem.noStore(storePath) }
    return try bound(Store.open(at: storePath))
  }

  /// A store outside the repository notes which repository it belongs to: two repositories must not share checkpoints by
  /// accident.
  private func bound(_ opened: Store) throws -> Store {
    var store = opened
    store.scratch = ScratchDirectory.parent(in: environment)
    if storePath.isInside(location.commonDirectory) { return store }
    let file = storePath.appending("repository")
    if FileTree.exists(file) {
      let owner = BytePath(try FileTree.readAll(file, limit: 1 << 16, flags: O_NOFOLLOW))
      guard owner == location.commonDirectory else {
        throw Problem.otherRepository(store: storePath, owner: owner, file: file)
      }
    } else {
      try store.files.replaceFile(file, with: location.commonDirectory.bytes)
    }
    return store
  }

  /// How the working copy is recorded.
  /// - Parameters:
  ///   - excluded: patterns of files whose contents are left out.
  ///   - includesLarge: whether untracked files of any size are recorded.
  package func capturePolicy(excluded: [GlobPattern], includesLarge: Bool = false) throws -> CapturePolicy {
    let (included, worktree) = (includedPatterns, location.worktree)
    let large = settings[.includeLarge].map { GlobPattern($0) }
    let guarded = SizeGuard(
      fileLimit: try settings[.untrackedFileLimit],
      totalLimit: try settings[.untrackedLimit],
      isAllowed: { path in large.contains { $0.matches(path) } })
    var policy = CapturePolicy(
      isExcluded: { path in excluded.contains { $0.matches(path) } },
      // Files that only their owner may read are kept out of git's objects, which others can read.
      isSetAside: { path, status in
        FileTree.isPrivate(worktree.appending(path), status) || included.contains { $0.matches(path) }
      },
      sizeGuard: includesLarge ? nil : guarded)
    policy.readsEverything = try settings[.paranoid]
    policy.showsUntracked = !settings.hidesUntracked
    policy.conversions = settings.conversions
    policy.knownFiles = knownFiles(of: location)
    policy.sparse = settings.sparse
    return policy
  }

  /// The file that remembers facts about a working tree's files.
  package func knownFiles(of location: RepositoryLocation) -> BytePath {
    // Relative to the repository, because that may be moved.
    let (place, common) = (location.gitDirectory, self.location.commonDirectory)
    let name = place.isInside(common) ? Array(place.bytes.dropFirst(common.bytes.count)) : place.bytes
    return storePath.appending("known").appending(name.withUnsafeBytes { SHA1().digest($0).hexadecimal })
  }

  /// Patterns of files that the settings leave out of every checkpoint.
  package var excludedPatterns: [GlobPattern] { settings[.exclude].map { GlobPattern($0) } }

  /// Patterns of ignored files that belong to the project's state.
  package var includedPatterns: [GlobPattern] {
    let configured = settings[.include]
    return ([".env*"] + configured).map { GlobPattern($0) }
  }
}
