// Which files of a checkpoint would lead the project to another database, and what becomes of them: its own are written, and
// named in the plan; those of another clone stay as they are unless the user says otherwise.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

struct AddressPlan {
  private let changes: [AddressChange]
  /// Whether these files stay as they are.
  private let isLeft: Bool

  static let optionName = "--take-address"
  static let option = Option.flag(
    optionName, help: "write files that lead to another database, although another clone recorded them")

  init(_ target: Manifest, _ scope: Journal.Scope, _ workspace: Workspace, _ store: Store) throws {
    let paths = try Catalog(store).filesInStore(target).filter(scope.contains).sorted()
    isLeft = target.isForeign(toStoreAt: store.root) && !workspace.invocation.has(Self.optionName)
    if paths.isEmpty {
      changes = []
      return
    }
    // What cannot be found leads nowhere.
    let located = (try? workspace.discovery().find()) ?? []
    let addresses = KeptAddresses(environment: ProcessEnvironment.variables, located: located)
    changes = paths.flatMap { path -> [AddressChange] in
      let limit = KeptAddresses.limit
      guard let recorded = FilesSource.contents(of: path, in: target, store, limit: limit) else { return [] }
      let present = FileTree.readIfRegular(workspace.worktree.appending(path), limit: limit)
      return present == recorded ? [] : addresses.changes(in: path, recorded: recorded, present: present)
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
