// The files that a checkpoint holds, in git and kept.

import Checkpoints
import FileSystem
import Git

package struct RecordedFiles {
  package let target: Manifest
  package let kept: Set<BytePath>
  package let worktree: ObjectID
  private let objects: ObjectDatabase
  private let project: Project

  init(of target: Manifest, _ opened: OpenProject) throws {
    self.target = target
    project = opened.project
    kept = try opened.catalog.filesInStore(target)
    objects = try opened.objects()
    guard let tree = target.git.stateTree, let worktree = try objects.entry(named: "worktree", in: tree)
    else {
      throw RollbackProblem.nothingToRestore(target.id, "file")
    }
    self.worktree = worktree.id
  }

  /// - Parameters:
  ///   - pathspecs: relative to `directory`, as the user typed them.
  package func matching(_ pathspecs: [BytePath], from directory: BytePath) throws -> Set<BytePath> {
    try Pathspec.files(matching: pathspecs, from: directory, in: worktree, and: kept, project.location)
  }

  /// The files and directories of components that the settings name.
  package func components(_ names: [String]) throws -> [BytePath] {
    try names.flatMap { name in
      let paths = try directories(of: name)
      // A component that the checkpoint does not have would be removed instead of restored.
      for path in paths where try objects.entry(at: path, in: worktree) == nil {
        if kept.contains(where: { $0.isInside(path) }) { continue }
        throw RollbackProblem.nothingToRestore(target.id, "\(path), of the component \(name)")
      }
      return paths
    }
  }

  private func directories(of name: String) throws -> [BytePath] {
    let components = project.settings.components
    guard let paths = components[name] else {
      throw UnknownComponent(name: name, known: components.keys.sorted())
    }
    // The top would be the whole project, and what lies outside is not the project's.
    for path in paths where path.isEmpty || path.isAbsolute || path.components.first == ".." {
      throw Settings.Invalid(
        key: SettingKey.componentPath.setting.shown(in: name), value: "\(path)",
        expected: "a directory or file inside the project")
    }
    return paths.map { BytePath.normalized($0) }
  }
}
