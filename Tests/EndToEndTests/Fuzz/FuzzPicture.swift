// Everything of a repository that must come back, or must stay: each file's bytes and mode, and what git says.

import FileSystem
import TestSupport

struct FuzzPicture {
  enum Entry: Equatable {
    case file(UInt32, [UInt8])
    case link(BytePath)
    case directory(UInt32)
    /// A socket or a pipe: not recorded, and not touched.
    case special
  }

  /// `# branch.oid` and `# branch.head` of git's status: a commit or “(initial)”, a branch or “(detached)”.
  var head = ""
  var branch = ""
  /// Tracked files that differ, as git reports them.
  var status: [String] = []
  /// Where untracked files are.
  var untracked: Set<BytePath> = []
  /// Files that stay although the state that comes back does not know them: git may call them untracked.
  var strays: Set<BytePath> = []
  /// What git ignores: files, and whole directories with a slash at the end.
  var ignored: Set<BytePath> = []
  /// Repositories inside this one, untracked or submodules.
  var foreign: Set<BytePath> = []
  var entries: [BytePath: Entry] = [:]
  /// Every entry of the index with its stage and flags.
  var index: [String] = []
  var tracked: Set<BytePath> = []
  /// All but checkpoint's own.
  var refs: [String: String] = [:]
  /// Files of an operation in progress, and whatever else lies in git's directory unexpectedly.
  var operation: [BytePath: [UInt8]] = [:]
  /// Git's settings and files outside, which nothing may change but this one: whether the checkout is sparse.
  var settings: [BytePath: [UInt8]] = [:]
  var isSparse = ""
}

extension FuzzPicture {
  init(of repository: FuzzRepository) throws {
    try readStatus(repository)
    let entries = try repository.git(["ls-files", "-s", "-v", "-z"]).output.split(separator: 0)
    index = entries.map(Self.text)
    tracked = Set(entries.map { BytePath($0.drop { $0 != UInt8(ascii: "\t") }.dropFirst()) })
    for line in try repository.git(["for-each-ref", "--format=%(refname) %(objectname) %(symref)"]).lines
    where !line.hasPrefix("refs/checkpoints/") && !line.hasPrefix("refs/tags/checkpoint/") {
      let words = line.split(separator: " ", maxSplits: 1)
      refs[String(words[0])] = String(words[1])
    }
    try collect(repository, "", isForeign: false)
    try readGitDirectory(repository.gitDirectory)
    for name in ["config", "config.worktree", "info", "shallow", "hooks"] as [BytePath] {
      for directory in Set([repository.gitDirectory, repository.commonDirectory]).sorted() {
        let path = directory.appending(name)
        if FileTree.exists(path) { try Self.read(path, path, into: &settings) }
      }
    }
    for (path, bytes) in settings {
      let lines = bytes.split(separator: 0x0A).filter {
        !String(decoding: $0, as: UTF8.self).lowercased().contains("sparsecheckout")
      }
      settings[path] = Array(lines.joined(separator: [0x0A]))
    }
    let sparse = try repository.git(
      ["config", "--type=bool", "--get", "core.sparseCheckout"], accepting: [0, 1])
    isSparse = sparse.lines.first == "true" ? "sparse" : "full"
    try Self.read(repository.outside, "outside", into: &settings)
    // Git may leave it behind, empty.
    if operation["MERGE_RR"] == [] { operation["MERGE_RR"] = nil }
    // Only an operation that can be given up goes back there.
    if !isInProgress { operation["ORIG_HEAD"] = nil }
  }

  /// What git's directory holds besides operations in progress.
  private static let notOperation: Set<BytePath> = [
    "HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "config", "config.worktree", "description", "index",
    "info", "hooks", "objects", "refs", "logs", "packed-refs", "shallow", "worktrees", "modules", "rr-cache",
    "commondir", "gitdir", "gc.log", "branches", "checkpoints",
  ]

  private var isInProgress: Bool {
    let marks: [BytePath] = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG"]
    let directories: [BytePath] = ["rebase-merge", "rebase-apply", "sequencer"]
    return operation.keys.contains { path in
      marks.contains(path) || directories.contains { path.isInside($0) }
    }
  }

  private mutating func readStatus(_ repository: FuzzRepository) throws {
    let output = try repository.git(
      [
        "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignored=matching",
        "--no-renames",
      ],
      environment: ["GIT_OPTIONAL_LOCKS": "0"]
    ).output
    for record in output.split(separator: 0) {
      switch record.first {
      case UInt8(ascii: "#"):
        let words = String(decoding: record, as: UTF8.self).split(separator: " ", maxSplits: 2).map(
          String.init)
        if words[1] == "branch.oid" { head = words[2] }
        if words[1] == "branch.head" { branch = words[2] }
      case UInt8(ascii: "!"), UInt8(ascii: "?"):
        let path = BytePath(record.dropFirst(2))
        if path.components.first.map(repository.ownNames.contains) == true { continue }
        if record.first == UInt8(ascii: "!") { ignored.insert(path) } else { untracked.insert(path) }
      default: status.append(Self.text(record))
      }
    }
  }

  private mutating func collect(_ repository: FuzzRepository, _ below: BytePath, isForeign: Bool) throws {
    for name in try FileTree.list(repository.full(below)) {
      let path = below.appending(name)
      // A dead `.git` file is nothing to git, and stays.
      if below.isEmpty && repository.ownNames.contains(name) || path == "dead end/.git" { continue }
      let full = repository.full(path)
      guard let status = try FileTree.status(full) else { continue }
      switch status.kind {
      case .regular: entries[path] = .file(status.permissions, try FileTree.readAll(full))
      case .symbolicLink: entries[path] = .link(try FileTree.readLink(full))
      case .directory:
        entries[path] = .directory(status.permissions)
        let isRepository = repository.isForeign(path)
        if isRepository && !isForeign { foreign.insert(path) }
        try collect(repository, path, isForeign: isForeign || isRepository)
        // Directories that git ignores are there for their files: what is empty is not recorded.
        let isIgnored = path.components.contains { $0.hasPrefix(".env") }
        if isIgnored && !entries.keys.contains(where: { $0 != path && $0.isInside(path) }) {
          entries[path] = nil
        }
      case .other: entries[path] = .special
      }
    }
  }

  private mutating func readGitDirectory(_ directory: BytePath) throws {
    for name in try FileTree.list(directory)
    where !Self.notOperation.contains(name) && !name.hasPrefix("sharedindex.") {
      try Self.read(directory.appending(name), name, into: &operation)
    }
  }

  /// A file, or all files of a directory.
  private static func read(_ path: BytePath, _ name: BytePath, into files: inout [BytePath: [UInt8]]) throws {
    if try FileTree.status(path)?.kind == .directory {
      for inner in try FileTree.list(path) {
        try read(path.appending(inner), name.appending(inner), into: &files)
      }
    } else {
      files[name] = try FileTree.readAll(path)
    }
  }

  /// For a comparison that people read: what is not UTF-8 is told apart, too.
  private static func text(_ bytes: some Sequence<UInt8>) -> String { BytePath(bytes).description }
}
