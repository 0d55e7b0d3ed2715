// What a checkpoint holds of a project besides its data sources, for exports: the recorded working tree, file by file, and
// what git reports about it as text.

import FileSystem
import Git

package struct ProjectRecord {
  private static let shownCommits = 100

  private let manifest: Manifest
  private let git: GitProgram
  private let objects: ObjectDatabase
  private let state: RecordedState?

  package init(_ manifest: Manifest, _ project: Project) throws {
    self.manifest = manifest
    git = project.location.git
    let objects = try ObjectDatabase.open(project.location)
    self.objects = objects
    state = try manifest.git.stateTree.map {
      try RecordedState(tree: $0, head: manifest.git.head, branch: manifest.git.branch, in: objects)
    }
  }

  /// Calls `body` for everything in the recorded working tree, with the contents that git stores, before filters such as LFS
  /// expand them. A submodule is an empty directory.
  package func forEachFile(_ body: (RecordedFile) throws -> Void) throws {
    guard let state else { return }
    let metadata = state.metadata
    let raw = Dictionary(metadata.raw.map { ($0.path, $0.permissions) }) { first, _ in first }
    for path in metadata.bareDirectories.sorted() {
      try body(
        RecordedFile(
          path: path, kind: .directory, permissions: metadata.directories[path] ?? 0o755, read: { _ in }))
    }
    try objects.forEachFile(in: state.worktree) { path, entry in
      let mode = raw[path] ?? metadata.permissions(of: path, entry.mode)
      let recorded = mode.map { metadata.rights?[path].permissionsWithoutList($0) ?? $0 }
      let read: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void = {
        try objects.streamBlob(entry.id, $0)
      }
      switch entry.mode {
      case .symbolicLink:
        let target = try objects.read(entry.id)
        try body(RecordedFile(path: path, kind: .link(target: target), permissions: 0o777, read: { _ in }))
      case .submodule, .directory:
        try body(RecordedFile(path: path, kind: .directory, permissions: 0o755, read: { _ in }))
      case .regular, .executable:
        let usual: UInt32 = entry.mode == .executable ? 0o755 : 0o644
        try body(
          RecordedFile(
            path: path, kind: .file(byteCount: objects.byteCount(of: entry.id)),
            permissions: recorded ?? usual, read: read))
      }
    }
  }

  // MARK: As text

  /// The newest commits up to the recorded one.
  package func log() throws -> [UInt8] {
    guard let head = manifest.git.head else { return Array("no commit yet\n".utf8) }
    return try git.run([
      "log", "--no-decorate", "--no-color", "--date=iso-strict", "--no-show-signature",
      BytePath("--max-count=\(Self.shownCommits)"), BytePath(head.description),
    ])
  }

  /// What was staged, changed and untracked.
  package func status() throws -> [UInt8] {
    let record = manifest.git
    let place = record.branch.map { "On branch \($0)" } ?? "HEAD detached"
    var text = Array("\(place)\ncommit \(record.head?.description ?? "none yet")\n".utf8)
    if let operation = record.operation { text += "\(operation) in progress\n".utf8 }
    guard let state else { return text + Array("the working tree was not recorded\n".utf8) }
    let head = try record.head.map { try objects.tree(of: $0) }
    let index = state.index[0]
    let untracked = Set(state.metadata.untracked)
    func list(_ title: String, _ differences: [TreeDifference]) {
      if differences.isEmpty { return }
      text += "\n\(title):\n".utf8
      for difference in differences {
        let change = difference.old == nil ? "new file" : difference.new == nil ? "deleted" : "modified"
        text += "  \(change): \(difference.path)\n".utf8
      }
    }
    list("Changes to be committed", try objects.differences(from: head, to: index))
    // These count as clean, even though their bytes differ.
    let clean = Set(state.metadata.stagedAsIs + (state.metadata.cleanAsIs ?? []))
    let changed = try objects.differences(from: index, to: state.worktree)
    list(
      "Changes not staged for commit",
      changed.filter { !untracked.contains($0.path) && !clean.contains($0.path) })
    if !untracked.isEmpty {
      text += "\nUntracked files:\n".utf8
      for path in untracked.sorted() { text += "  \(path)\n".utf8 }
    }
    if record.dirtyCount == 0 { text += "\nnothing to commit, working tree clean\n".utf8 }
    return text
  }

  /// The recorded branch, and those that the repository has now.
  package func branches() throws -> [UInt8] {
    let head = manifest.git.head
    let branch = manifest.git.branch ?? "(HEAD detached)"
    let recorded =
      "recorded:\n* \(branch) \(head?.short ?? "no commit yet") \(manifest.git.headSubject ?? "")\n"
    return try Array("\(recorded)\nin the repository since:\n".utf8)
      + git.run([
        "for-each-ref", "--format=  %(refname:short) %(objectname:short) %(contents:subject)", "refs/heads",
        "refs/remotes",
      ])
  }
}
