// Where the report of a rehearsal goes: asked before the rehearsal, so that its work is not in vain.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc

struct ReportPlace {
  private let directory: BytePath
  private let isShared: Bool

  init(_ wanted: BytePath?, for target: Manifest, _ opened: OpenProject) throws {
    if let wanted {
      (directory, isShared) = (wanted, true)
    } else if let folder = try Self.stageFolder(of: target, opened.location.worktree) {
      (directory, isShared) = (folder, true)
    } else {
      (directory, isShared) = (opened.store.root.appending("reports"), false)
    }
    try FileTree.makeDirectories(directory, mode: isShared ? 0o777 : 0o700)
    if directory.withCString({ access($0, W_OK | X_OK) }) != 0 {
      throw SystemError(operation: "write a report to", path: directory)
    }
  }

  /// nil if the stage has none in the working tree.
  private static func stageFolder(of target: Manifest, _ worktree: BytePath) throws -> BytePath? {
    guard let stage = target.stage else { return nil }
    // One that was made since has its name.
    let slug = BytePath((try? stage.resolved(in: worktree))?.slug ?? stage.slug)
    let parent = worktree.appending("stages")
    guard slug.components == [slug], try FileTree.status(parent)?.kind == .directory,
      try FileTree.status(parent.appending(slug))?.kind == .directory
    else { return nil }
    return parent.appending(slug)
  }

  /// - Returns: the files.
  func write(
    _ documents: [(suffix: String, text: String)], at moment: Timestamp, _ store: Store
  ) throws -> [BytePath] {
    let stem = "rehearsal-\(moment.compact)"
    func isTaken(_ name: String) -> Bool {
      documents.contains { FileTree.exists(directory.appending("\(name).\($0.suffix)")) }
    }
    var (name, number) = (stem, 1)
    while isTaken(name) {
      number += 1
      name = "\(stem)_\(number)"
    }
    return try documents.map { suffix, text in
      let path = directory.appending("\(name).\(suffix)")
      try store.files.replaceFile(path, with: Array(text.utf8), mode: isShared ? 0o666 : 0o600)
      return path
    }
  }
}
