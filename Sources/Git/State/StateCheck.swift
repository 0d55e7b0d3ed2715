// What a recorded state may say: it can have been written by others, and most of it ends as a path in the working tree.

import FileSystem

/// A recorded state that says what no capture records.
package struct RefusedState: Error, Sendable, CustomStringConvertible {
  package var tree: ObjectID
  package var reason: String

  package var description: String {
    "the recorded state \(tree.short) is damaged, or others wrote it: \(reason)"
  }
}

extension StateMetadata: StoredDocument {
  package func check() throws {
    try ForeignValue.refuse(escaping: raw.map(\.path), "a file")
    for paths in [
      stagedAsIs, cleanAsIs ?? [], untracked, Array(intentToAdd.keys), assumeUnchanged, skipWorktree,
    ] {
      try ForeignValue.refuse(escaping: paths, "a file")
    }
    for paths in [
      Array(files.exceptions.keys), Array(executables.exceptions.keys), Array(directories.exceptions.keys),
      Array(rights?.exceptions ?? []), bareDirectories, absentDirectories, dirtySubmodules,
      nestedRepositories,
    ] {
      // The top of the working tree has no name.
      try ForeignValue.refuse(escaping: paths.filter { !$0.isEmpty }, "a place in the working tree")
    }
    try ForeignValue.refuse(
      escaping: skipped + unreadable + ignored + notThere, "a place that is left alone", isOfWork: false)
    try checkLineEnds()
    if let ref = operationRefs.keys.first(where: { !OperationInProgress.isPart(ref: $0) }) {
      throw ForeignValue("it names \(BytePath(ref)) as a ref of an operation in progress")
    }
  }

  /// They become options of git, which has settings that name commands.
  private func checkLineEnds() throws {
    for (key, value) in lineEnds ?? [:] {
      let isPlain = value.utf8.count <= 32 && value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      guard ConversionSettings.lineEndKeys.contains(key), isPlain else {
        throw ForeignValue("it names \(BytePath(key)) as a setting of line ends")
      }
    }
  }
}

extension RestorePlan {
  /// Everything that is written or changed, by its name. Trees can hold any names; git refuses those of its own directory in
  /// them, and what it refuses is kept beside git, never in a tree.
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
