// The names in a plan, checked before anything is written under them.

import FileSystem

extension RestorePlan {
  /// Checks the path of everything that is written or changed. A tree can contain any names, but a recorded one never contains
  /// those that git refuses: such files are kept outside of git.
  func checkNames(_ tree: ObjectID) throws {
    for path in writes.lazy.map(\.path) where !path.isInner || RefusedName.isIn(path) {
      throw RefusedState(tree: tree, reason: "it names \(path) as a file")
    }
    let others: [any Collection<BytePath>] = [
      removals, modes.keys, directories.keys, directoryModes.keys, rights.keys, bareRemovals, submodules.keys,
    ]
    do {
      for paths in others {
        try ForeignValue.refuse(escaping: paths.filter { !$0.isEmpty }, "a place in the working tree")
      }
      try ForeignValue.refuse(escaping: attributes.map(\.path), "a file")
    } catch let error as ForeignValue {
      throw RefusedState(tree: tree, reason: error.description)
    }
  }
}
