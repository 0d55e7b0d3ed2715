// An unfinished merge, rebase, bisect … consists of a few files and directories next to HEAD, and of refs of this working
// tree. They are recorded and put back unchanged; their meaning is left to git.

import FileSystem

package enum OperationInProgress {
  private static let markers: [(path: BytePath, name: String)] = [
    ("rebase-merge", "rebase"), ("rebase-apply/applying", "am"), ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"),
    ("sequencer", "cherry-pick or revert of several commits"), ("BISECT_LOG", "bisect"),
  ]

  /// `MERGE_MSG` and `SQUASH_MSG` can also wait for the next commit if nothing is in progress.
  private static let files: [BytePath] = [
    "MERGE_HEAD", "MERGE_MODE", "MERGE_MSG", "MERGE_RR", "MERGE_AUTOSTASH", "AUTO_MERGE", "SQUASH_MSG",
    "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "BISECT_LOG", "BISECT_START", "BISECT_NAMES",
    "BISECT_TERMS", "BISECT_EXPECTED_REV", "BISECT_ANCESTORS_OK", "BISECT_RUN", "BISECT_FIRST_PARENT",
    "BISECT_HEAD",
  ]
  private static let directories: [BytePath] = ["rebase-merge", "rebase-apply", "sequencer"]
  private static let refDirectories: [BytePath] = ["refs/bisect", "refs/rewritten"]
  /// Aborted operations go back to it.
  private static let original: BytePath = "ORIG_HEAD"

  /// Whether a file in the git directory can belong to an operation.
  static func isPart(_ path: BytePath) -> Bool {
    if path == original || files.contains(path) { return true }
    return path.isInner && directories.contains { path != $0 && path.isInside($0) }
  }

  /// Whether a ref can belong to an operation. Names must not contain separators, because git reads them from a list.
  static func isPart(ref name: String) -> Bool {
    let path = BytePath(name)
    return path.isInner && !path.bytes.contains { $0 <= 0x20 || $0 == 0x7F }
      && refDirectories.contains { path != $0 && path.isInside($0) }
  }

  /// The operation's name in git's words; nil if there is none.
  package static func name(in gitDirectory: BytePath) -> String? {
    markers.first { FileTree.exists(gitDirectory.appending($0.path)) }?.name
  }

  /// The operation's files, relative to the git directory.
  package static func paths(in gitDirectory: BytePath) throws -> [BytePath] {
    var found = files.filter { FileTree.exists(gitDirectory.appending($0)) }
    if name(in: gitDirectory) != nil, FileTree.exists(gitDirectory.appending(original)) {
      found.append(original)
    }
    func collect(_ directory: BytePath) throws {
      for name in try FileTree.list(gitDirectory.appending(directory)) {
        let path = directory.appending(name)
        switch try FileTree.status(gitDirectory.appending(path))?.kind {
        case .directory: try collect(path)
        case .regular: found.append(path)
        case .symbolicLink, .other, nil: break
        }
      }
    }
    for directory in directories where FileTree.exists(gitDirectory.appending(directory)) {
      try collect(directory)
    }
    return found
  }

  /// The operation's refs.
  static func refs(_ location: RepositoryLocation) throws -> [String: ObjectID] {
    let present = refDirectories.filter { FileTree.exists(location.gitDirectory.appending($0)) }
    if present.isEmpty { return [:] }
    let output = try location.git.run(["for-each-ref", "--format=%(objectname) %(refname)"] + present)
    return output.split(separator: 0x0A).reduce(into: [:]) { refs, line in
      let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
      if words.count == 2, let id = ObjectID(words[0]) { refs[String(words[1])] = id }
    }
  }

  /// The objects that the operation's files name, and to which nothing else may lead.
  /// - Parameter contents: the contents of its files.
  static func objects(
    namedIn contents: [BytePath: [UInt8]], refs: [String: ObjectID], head: ObjectID?,
    _ location: RepositoryLocation, _ database: ObjectDatabase
  ) throws -> [ObjectID] {
    var commits = Set(refs.values)
    var others: Set<ObjectID> = []
    for (path, bytes) in contents where path != "MERGE_RR" && bytes.count <= 1 << 20 {
      for word in words(of: bytes) {
        // Lists of picks may contain short names of commits.
        guard let text = BytePath(word).exactText, let id = ObjectID(text) ?? database.commit(at: text) else {
          continue
        }
        switch database.kind(of: id) {
        case .commit: commits.insert(id)
        case .tree: others.insert(id)
        case .tag, .blob, nil: break
        }
      }
    }
    return try independent(commits, head: head, location.git)
      + others.sorted { $0.description < $1.description }
  }

  /// Words that may name an object: at least as many hexadecimal digits as git writes.
  private static func words(of bytes: [UInt8]) -> Set<ArraySlice<UInt8>> {
    func isHexadecimal(_ byte: UInt8) -> Bool {
      (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
    }
    let candidates = bytes.split { $0 <= 0x20 }
    return Set(candidates.filter { (4...40).contains($0.count) && $0.allSatisfy(isHexadecimal) })
  }

  /// The commits without those that are ancestors of others.
  private static func independent(
    _ commits: Set<ObjectID>, head: ObjectID?, _ git: GitProgram
  ) throws -> [ObjectID] {
    let all = commits.union(head.map { [$0] } ?? [])
    if commits.subtracting(head.map { [$0] } ?? []).isEmpty { return [] }
    let names = all.map(\.description).sorted().map { BytePath($0) }
    let output = try git.run(["merge-base", "--independent"] + names)
    return output.split(separator: 0x0A).compactMap { ObjectID(String(decoding: $0, as: UTF8.self)) }
      .filter { $0 != head }
  }

  // MARK: Putting back

  /// Replaces the operation in progress by the recorded one.
  package static func restore(
    _ state: RecordedState, _ location: RepositoryLocation, _ database: ObjectDatabase,
    files: any FileOperations = SystemFileOperations()
  ) throws {
    let directory = location.gitDirectory
    for path in try paths(in: directory) where state.operationFiles[path] == nil {
      try FileTree.remove(directory.appending(path))
    }
    for path in directories where !state.operationFiles.keys.contains(where: { $0.isInside(path) }) {
      try FileTree.remove(directory.appending(path))
    }
    for (path, id) in state.operationFiles {
      let full = directory.appending(path)
      if let parent = full.parent { try FileTree.makeDirectories(parent, mode: 0o777) }
      try files.replaceFile(full, with: database.read(id), mode: 0o644)
    }
    let wanted = state.metadata.operationRefs
    let present = try refs(location)
    if wanted == present { return }
    var commands: [UInt8] = []
    for name in present.keys where wanted[name] == nil { commands += Array("delete \(name)\0\0".utf8) }
    for (name, id) in wanted { commands += Array("update \(name)\0\(id)\0\0".utf8) }
    try location.git.run(["update-ref", "-z", "--stdin"], input: commands)
  }
}

extension StateMetadata {
  /// Records the operation in progress.
  /// - Returns: its files, as blobs.
  mutating func recordOperation(
    _ head: ObjectID?, _ location: RepositoryLocation, _ database: ObjectDatabase
  ) throws -> [BytePath: ObjectID] {
    let directory = location.gitDirectory
    let contents = try OperationInProgress.paths(in: directory).reduce(into: [:]) { contents, path in
      contents[path] = try FileTree.readAll(directory.appending(path))
    }
    operation = OperationInProgress.name(in: directory)
    operationRefs = try OperationInProgress.refs(location)
    operationObjects = try OperationInProgress.objects(
      namedIn: contents, refs: operationRefs, head: head, location, database)
    return try contents.mapValues { try database.writeBlob($0) }
  }
}
