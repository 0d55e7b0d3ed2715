// Checks the metadata of a recorded state when it is read: another program can have written it, and most of it becomes paths
// in the working tree.

import FileSystem

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
      // The top of the working tree is an empty path.
      try ForeignValue.refuse(escaping: paths.filter { !$0.isEmpty }, "a place in the working tree")
    }
    try ForeignValue.refuse(
      escaping: skipped + unreadable + ignored + notThere, "a place that is left alone", isOfWork: false)
    try checkLineEnds()
    if let ref = operationRefs.keys.first(where: { !OperationInProgress.isPart(ref: $0) }) {
      throw ForeignValue("it names \(BytePath(ref)) as a ref of an operation in progress")
    }
  }

  /// They become options of git, and some of git's settings are commands.
  private func checkLineEnds() throws {
    for (key, value) in lineEnds ?? [:] {
      let isPlain = value.utf8.count <= 32 && value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      guard ConversionSettings.lineEndKeys.contains(key), isPlain else {
        throw ForeignValue("it names \(BytePath(key)) as a setting of line ends")
      }
    }
  }
}
