// Which files of a checkpoint would lead the project to another database, and what becomes of them: its own are written, and
// named in the plan; those of another clone stay as they are unless the user says otherwise.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Git

package struct AddressPlan {
  package let changes: [AddressChange]
  /// Whether these files stay as they are.
  package let isLeft: Bool

  init(_ target: Manifest, _ scope: OperationScope, takesAddresses: Bool, _ opened: OpenProject) throws {
    isLeft = target.isForeign(toStoreAt: opened.store.root) && !takesAddresses
    if scope.isOfDatabasesOnly {
      changes = []
      return
    }
    let limit = RecordedFileText.limit
    let kept = try opened.catalog.filesInStore(target)
    let recorded =
      kept.filter(scope.contains).sorted().compactMap { path in
        KeptFiles.contents(of: path, in: target, opened.store, limit: limit).map { (path, $0) }
      } + (try Self.inGit(of: target, opened).filter { scope.contains($0.0) && !kept.contains($0.0) })
    let worktree = opened.location.worktree
    let files = recorded.map { path, bytes in
      RecordedFileText(
        path: path, recorded: bytes, present: FileTree.readIfRegular(worktree.appending(path), limit: limit))
    }
    changes = SourceKinds.addressChanges(
      in: files.filter { $0.present != $0.recorded }, isOthers: isLeft, at: opened.session.place)
  }

  /// Files that say where the project's database is and that git holds: nothing keeps them from being committed.
  private static func inGit(of target: Manifest, _ opened: OpenProject) throws -> [(BytePath, [UInt8])] {
    // A release has no record yet, and its files are git's.
    if target.kind == .release { return [] }
    let objects = try opened.objects()
    guard let state = target.git.stateTree, let tree = try objects.entry(named: "worktree", in: state) else {
      return []
    }
    return try [Settings.fileName, ".env", ".env.local"].compactMap { path in
      guard let entry = try objects.entry(at: path, in: tree.id),
        [.regular, .executable].contains(entry.mode),
        try objects.byteCount(of: entry.id) <= RecordedFileText.limit
      else { return nil }
      return (path, try objects.read(entry.id))
    }
  }

  /// Files that are not to be written.
  package var left: Set<BytePath> { isLeft ? Set(changes.map(\.path)) : [] }
}
