// Makes the repository of a seed: settings, history, kind of working tree. With few git processes, because
// there are hundreds of repositories.

import FileSystem
import Glibc
import TestSupport

extension FuzzRepository {
  /// Everything up to the moment at which the checkpoint is taken.
  func make() throws {
    try initialize(directory.path.appending("repo"), gitDirectory)
    if traps.contains(.gitInside) { try put(top.appending(".git"), "gitdir: \(gitDirectory)\n") }
    try makeSurroundings()
    if has(.unborn) {
      try writeFixedFiles()
    } else {
      try makeHistory()
    }
    try makeForeignRepositories()
    if has(.splitIndex) { try git(["update-index", "--split-index"], accepting: nil) }
    if has(.untrackedCache) { try git(["update-index", "--untracked-cache"], accepting: nil) }
    if let operation = Ingredient.operations.first(where: has) { try begin(operation) }
    try makeTraps()
    try work()
    try refreshConversions()
  }

  /// What lies outside, where links lead, and how the program is started.
  private func makeSurroundings() throws {
    try FileTree.makeDirectories(outside.appending("deep"), mode: 0o755)
    for name in ["hot.txt", "a", "deep/x"] as [BytePath] { try put(outside.appending(name), "not ours\n") }
    guard has(.strictUmask) else { return }
    let script = directory.path.appending("checkpoint")
    try put(script, "#!/bin/sh\numask 027\nexec \(program.binary) \"$@\"\n")
    try FileTree.setPermissions(script, 0o755)
    program.binary = script
  }

  // MARK: Git's directory

  /// What `git init` makes, without a process.
  private func initialize(_ place: BytePath, _ git: BytePath) throws {
    try FileTree.makeDirectories(place, mode: 0o755)
    for part in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info"] {
      try FileTree.makeDirectories(git.appending(part), mode: 0o755)
    }
    try put(git.appending("HEAD"), "ref: refs/heads/main\n")
    try put(git.appending("config"), settings)
    if has(.worktreeConfig) { try put(git.appending("config.worktree"), "[user]\n\tname = Somebody Else\n") }
  }

  private func put(_ path: BytePath, _ text: String) throws {
    let file = try OpenFile.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try SystemFileOperations().write(Array(text.utf8), to: file)
  }

  private var settings: String {
    var lines = ["[core]", "bare = false", "logAllRefUpdates = true"]
    lines.append("repositoryFormatVersion = \(has(.worktreeConfig) ? 1 : 0)")
    if has(.noFileMode) { lines.append("fileMode = false") }
    if has(.noLinks) { lines.append("symlinks = false") }
    if has(.splitIndex) { lines.append("splitIndex = true") }
    if has(.untrackedCache) { lines.append("untrackedCache = true") }
    if has(.autocrlf) { lines.append("autocrlf = \(random.chance(0.7) ? "true" : "input")") }
    if has(.skipHash) { lines += ["[index]", "skipHash = true"] }
    if has(.worktreeConfig) { lines += ["[extensions]", "worktreeConfig = true"] }
    if traps.contains(.dotfiles) { lines += ["[status]", "showUntrackedFiles = no"] }
    if has(.rerere) { lines += ["[rerere]", "enabled = true"] }
    lines += ["[user]", "name = Dana Doe", "email = dana@example.org", "[gc]", "auto = 0"]
    lines += ["[advice]", "detachedHead = false", "[protocol \"file\"]", "allow = always"]
    lines += ["[filter \"upper\"]", "clean = tr a-z A-Z", "smudge = tr A-Z a-z"]
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Files that decide about others

  private var attributes: String {
    var lines: [String] = []
    if has(.lineEnds) { lines += ["*.crlf text eol=crlf", "*.lf text eol=lf", "*.txt text=auto"] }
    if has(.ident) { lines.append("*.id ident") }
    if has(.encoding) { lines.append("*.u16 working-tree-encoding=UTF-16LE") }
    if has(.filter) { lines.append("*.up filter=upper") }
    return lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n")
  }

  private static let ignore = ".env*\n*.log\nbuild/\n/cache\n"

  private func convertedFiles() -> [BytePath: FuzzHistory.Node] {
    var files: [BytePath: FuzzHistory.Node] = [:]
    func add(_ path: BytePath, _ text: [UInt8]) { files[path] = .file(text, isExecutable: false) }
    if has(.lineEnds) {
      add("a.crlf", random.text())
      add("src/b.crlf", random.text())
      add("c.lf", random.text())
    }
    if has(.ident) { add("a.id", Array("// $Id$\n".utf8) + random.text()) }
    if has(.encoding) { add("docs/a.u16", Array("änders\n".utf8) + random.text()) }
    if has(.filter) {
      add("a.up", Array("SHOUTED\n".utf8))
      add("lib/b.up", Array("LOUD 1\n".utf8))
    }
    return files
  }

  private func fixedFiles() -> [BytePath: FuzzHistory.Node] {
    var files = convertedFiles()
    files[".gitignore"] = .file(Array(Self.ignore.utf8), isExecutable: false)
    if !attributes.isEmpty { files[".gitattributes"] = .file(Array(attributes.utf8), isExecutable: false) }
    return files
  }

  private func writeFixedFiles() throws {
    for (path, node) in fixedFiles().sorted(by: { $0.key < $1.key }) {
      if case .file(let bytes, _) = node { try write(path, bytes) }
    }
  }

  // MARK: History

  private func makeHistory() throws {
    var base = fixedFiles()
    var module: (first: String, second: String)?
    if has(.submodule) || has(.movedSubmodule) {
      module = try makeModule(directory.path.appending("module"))
      base["module"] = module.map { .module($0.first) }
      let text = "[submodule \"module\"]\n\tpath = module\n\turl = ../module\n"
      base[".gitmodules"] = .file(Array(text.utf8), isExecutable: false)
    }
    let stream = FuzzHistory(self, base: base).stream
    try git(["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--done"], input: stream)
    if has(.shallow) { try makeShallow() }
    if has(.linkedWorktree) {
      try git(["worktree", "add", "-q", "-b", "side", "../linked", "main"])
      gitDirectory = gitDirectory.appending("worktrees/linked")
      top = directory.path.appending("linked")
    } else {
      try makeSparse()
      let place: [BytePath] =
        has(.detached) ? ["--detach", random.chance(0.5) ? "main" : "main~1"] : ["main"]
      try git(["checkout", "-q", "-f"] + place)
    }
    if has(.linkedWorktree), has(.detached) { try git(["checkout", "-q", "--detach"]) }
    if let module { try place(module) }
  }

  /// A clone that knows only the last commits.
  private func makeShallow() throws {
    let origin = directory.path.appending("origin")
    try SystemFileOperations().rename(top, to: origin)
    try git(
      [
        "clone", "-q", "--no-checkout", "--depth=2", "--no-single-branch", "--branch=main",
        BytePath("file://".utf8 + origin.bytes), top,
      ], in: directory.path)
    let remote = "[remote \"origin\"]\nurl = \(origin)\nfetch = +refs/heads/*:refs/remotes/origin/*\n"
    try put(top.appending(".git/config"), settings + remote)
    if has(.worktreeConfig) {
      try put(top.appending(".git/config.worktree"), "[user]\n\tname = Somebody Else\n")
    }
    try git(["branch", "-q", "--no-track", "other", "origin/other"])
  }

  private func makeSparse() throws {
    if has(.sparsePatterns) {
      try git(["sparse-checkout", "set", "--no-cone", "/*", "!/docs/", "!/src/deep/"])
    } else if has(.sparseCone) || has(.sparseIndex) {
      let sparse: [BytePath] = has(.sparseIndex) ? ["--sparse-index"] : ["--no-sparse-index"]
      try git(["sparse-checkout", "set", "--cone"] + sparse + ["src", "Über"])
    }
  }

  // MARK: Repositories inside this one

  /// Two commits, the first one checked out.
  private func makeModule(_ place: BytePath) throws -> (first: String, second: String) {
    let (oldTop, oldGit) = (top, gitDirectory)
    defer { (top, gitDirectory) = (oldTop, oldGit) }
    top = place
    try initialize(place, place.appending(".git"))
    var stream = "commit refs/heads/main\ncommitter D <d@example.org> 1780000000 +0000\ndata 1\na\n"
    stream += "M 100644 inline inner.txt\ndata 1\na\n"
    stream += "commit refs/heads/main\ncommitter D <d@example.org> 1780000001 +0000\ndata 1\nb\n"
    stream += "M 100644 inline inner.txt\ndata 1\nb\ndone\n"
    try git(
      ["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--done"], input: Array(stream.utf8))
    let ids = try git(["rev-parse", "main~1", "main"]).lines
    try git(["checkout", "-q", "--detach", "main~1"])
    return (ids[0], ids[1])
  }

  /// Puts the submodule's repository where the empty directory is.
  private func place(_ module: (first: String, second: String)) throws {
    if try kind("module") == nil { return }
    try remove("module")
    try SystemFileOperations().rename(directory.path.appending("module"), to: full("module"))
    if has(.movedSubmodule) { try git(["checkout", "-q", "main"], in: full("module")) }
  }

  private func makeForeignRepositories() throws {
    guard has(.nestedRepository) else { return }
    guard let place = random.element(of: foreignRepositories) else { return }
    try makeRoom(for: place)
    _ = try makeModule(full(place))
  }
}
