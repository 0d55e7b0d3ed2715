// The state of a project whose files come from elsewhere than its working tree: one file after another is added to the tree
// that capturing them would have made. Git's own part is that of the recorded commit.

import ChunkStore
import FileSystem
import Git
import Glibc

struct ImportedState {
  /// Files up to this size are held in memory.
  private static let memoryLimit = 1 << 20

  var record: Manifest.GitRecord
  var state: RecordedState

  /// - Parameter session: holds large files for the time being.
  init(
    _ contents: any ProjectContents, _ project: Project, _ session: ChunkSession, _ objects: ObjectDatabase
  )
    throws
  {
    try objects.beginWriting(many: true)
    // A commit that this repository does not have cannot be gone back to.
    let known = contents.head.flatMap { objects.commit(at: "\($0)^{commit}") }
    let head = known ?? objects.commit(at: "HEAD")
    let branch = try known == nil ? project.location.currentBranch() : contents.branch
    let base = try head.map { try objects.tree(of: $0) }
    let index = try base ?? objects.writeTree([])
    var metadata = StateMetadata()
    let tree = try Self.write(contents, over: base, &metadata, session, objects)
    let differences = try objects.differences(from: base, to: tree)
    let changed = differences.filter { $0.new != nil }
    let permissions = Dictionary(metadata.raw.map { ($0.path, $0.permissions) }) { first, _ in first }
    // Files that the commit has as well belong to git, and go through its filters when they are restored.
    metadata.raw = changed.map { .init(path: $0.path, permissions: permissions[$0.path] ?? nil) }
    metadata.untracked = changed.filter { $0.old == nil }.map(\.path)
    Self.setPermissions(permissions, besides: Set(changed.map(\.path)), &metadata)
    state = try RecordedState(
      head: head, branch: branch, worktree: tree, index: [0: index], operationFiles: [:], metadata: metadata,
      in: objects)
    record = Manifest.GitRecord(head: head, branch: branch)
    record.stateTree = state.tree
    record.untracked = metadata.untracked.count
    record.unstaged = differences.count - metadata.untracked.count
  }

  private static func write(
    _ contents: any ProjectContents, over base: ObjectID?, _ metadata: inout StateMetadata,
    _ session: ChunkSession, _ objects: ObjectDatabase
  ) throws -> ObjectID {
    let update = TreeUpdate()
    var files: Set<BytePath> = []
    var directories: [(path: BytePath, permissions: UInt32)] = []
    try contents.forEachFile { file in
      try Interruption.check()
      switch file.kind {
      case .directory:
        // A submodule is a directory here.
        if let base, let entry = try objects.entry(at: file.path, in: base), entry.mode == .submodule {
          update.set(file.path, entry)
        } else {
          directories.append((file.path, file.permissions))
        }
        return
      case .link(let target):
        update.set(file.path, TreeEntry(mode: .symbolicLink, id: try objects.writeBlob(target)))
        metadata.raw.append(.init(path: file.path, permissions: nil))
      case .file(let byteCount):
        let mode: FileMode = file.permissions & 0o100 != 0 ? .executable : .regular
        update.set(file.path, TreeEntry(mode: mode, id: try blob(file, byteCount, session, objects)))
        metadata.raw.append(.init(path: file.path, permissions: file.permissions))
      }
      files.formUnion(file.path.ancestors)
    }
    metadata.directories.common = 0o755
    for (path, permissions) in directories {
      if permissions != 0o755 { metadata.directories.exceptions[path] = permissions }
      if !files.contains(path) { metadata.bareDirectories.append(path) }
    }
    return try update.apply(to: nil, in: objects)
  }

  private static func blob(
    _ file: RecordedFile, _ byteCount: Int, _ session: ChunkSession, _ objects: ObjectDatabase
  ) throws -> ObjectID {
    if byteCount <= memoryLimit {
      var bytes: [UInt8] = []
      try file.read { bytes.append(contentsOf: $0) }
      return try objects.writeBlob(bytes)
    }
    let path = session.temporaryPath("imported")
    defer { try? FileTree.remove(path) }
    let store = session.store
    let output = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try file.read { try store.files.write($0, to: output) }
    return try objects.writeBlob(OpenFile.open(path, flags: O_RDONLY), byteCount: byteCount)
  }

  /// Permissions of files that belong to git: the most frequent ones, and the files that differ from them.
  private static func setPermissions(
    _ permissions: [BytePath: UInt32?], besides raw: Set<BytePath>, _ metadata: inout StateMetadata
  ) {
    (metadata.files.common, metadata.executables.common) = (0o644, 0o755)
    for case (let path, let found?) in permissions where !raw.contains(path) {
      if found & 0o100 != 0 {
        if found != 0o755 { metadata.executables.exceptions[path] = found }
      } else if found != 0o644 {
        metadata.files.exceptions[path] = found
      }
    }
  }
}
