// Which files of a checkpoint would lead the project to another database, and what becomes of them: its own are written, and
// named in the plan; those of another clone stay as they are unless the user says otherwise.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

struct AddressPlan {
  private let changes: [AddressChange]
  /// Whether these files stay as they are.
  private let isLeft: Bool

  static let optionName = "--take-address"
  static let option = Option.flag(
    optionName, help: "write files that lead to another database, although another clone recorded them")

  init(_ target: Manifest, _ scope: Journal.Scope, _ workspace: Workspace, _ store: Store) throws {
    isLeft = target.isForeign(toStoreAt: store.root) && !workspace.invocation.has(Self.optionName)
    if scope.isDatabasesAlone {
      changes = []
      return
    }
    // What cannot be found leads nowhere.
    let located = (try? workspace.discovery().find()) ?? []
    let addresses = KeptAddresses(environment: ProcessEnvironment.variables, located: located)
    let limit = KeptAddresses.limit
    let kept = try Catalog(store).filesInStore(target)
    let recorded =
      kept.filter(scope.contains).sorted().compactMap { path in
        FilesSource.contents(of: path, in: target, store, limit: limit).map { (path, $0) }
      } + (try Self.inGit(of: target, workspace).filter { scope.contains($0.0) && !kept.contains($0.0) })
    let isOthers = isLeft
    changes = recorded.flatMap { path, bytes -> [AddressChange] in
      let present = FileTree.readIfRegular(workspace.worktree.appending(path), limit: limit)
      return present == bytes
        ? [] : addresses.changes(in: path, recorded: bytes, present: present, isOthers: isOthers)
    }
  }

  /// Files that say where the project's database is and that git holds: nothing keeps them from being committed.
  private static func inGit(of target: Manifest, _ workspace: Workspace) throws -> [(BytePath, [UInt8])] {
    // A release has no record yet, and its files are git's.
    if target.kind == .release { return [] }
    let objects = try workspace.objects()
    guard let state = target.git.stateTree, let tree = try objects.entry(named: "worktree", in: state) else {
      return []
    }
    return try [Settings.fileName, ".env", ".env.local"].compactMap { path in
      guard let entry = try objects.entry(at: path, in: tree.id),
        [.regular, .executable].contains(entry.mode),
        try objects.byteCount(of: entry.id) <= KeptAddresses.limit
      else { return nil }
      return (path, try objects.read(entry.id))
    }
  }

  /// Files that are not to be written.
  var left: Set<BytePath> { isLeft ? Set(changes.map(\.path)) : [] }

  /// What is to be said of a file in the plan; empty for most.
  func words(for path: BytePath) -> String {
    let found = changes.filter { $0.path == path }.map { Format.visible($0.description) }
    if found.isEmpty { return "" }
    let way = isLeft ? " (of another clone; \(Self.optionName) writes it)" : ""
    return ": \(found.joined(separator: "; "))\(way)"
  }

  /// What is to be said once it is done.
  var notes: [String] {
    changes.map { change in
      isLeft
        ? "\(change.path) stays as it is: \(Format.visible(change.description)); \(Self.optionName) writes it"
        : "\(change.path) leads to another database than before: \(Format.visible(change.recorded))"
    }
  }
}
