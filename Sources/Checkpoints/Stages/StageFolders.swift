// The folders below `stages/`, which give the stages that checkpoints name by a bare number their whole names.

import FileSystem

package enum StageFolders {
  package static func directory(in worktree: BytePath) -> BytePath { worktree.appending("stages") }

  /// The stages with a folder, by name; empty if there is no such directory, or it cannot be listed.
  package static func names(in worktree: BytePath) -> [StageName] {
    let directory = directory(in: worktree)
    let names = (try? FileTree.list(directory)) ?? []
    return names.compactMap { name -> StageName? in
      guard !ReplacedFile.isTemporary(name), let stage = name.exactText.flatMap({ StageName($0) }),
        let kind = try? FileTree.status(directory.appending(name))?.kind, kind != .regular, kind != .other
      else { return nil }
      return stage
    }.sorted()
  }
}

extension Stage {
  /// The same stage with the name of its folder below `stages/`, if it has one. A folder whose number is written in the same
  /// way is preferred to one with the same number in another width.
  package func resolved(in worktree: BytePath) throws -> Stage {
    if slug != id { return self }
    let asked = StageName(self)
    let same = StageFolders.names(in: worktree).filter { $0.hasNumber(of: asked) }
    let exact = same.filter { $0.id == id }
    let folders = exact.isEmpty ? same : exact
    if folders.count > 1 { throw Problem.ambiguousFolder(id, folders.map(\.slug)) }
    guard let folder = folders.first else { return self }
    return Stage(id: folder.id, slug: folder.slug, phase: phase)
  }
}
