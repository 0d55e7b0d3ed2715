// The directory that git takes hooks from, and our scripts in it. A hook that was there before keeps its bytes, mode and
// times under another name in the same directory. Our script calls it first, through a link with the hook's own name, because
// many hooks look at the name that they are called by. Every step is one rename or link, so that git finds the old hook or the
// new one at any moment, and a kill loses neither.

import FileSystem
import Git
import Glibc

package struct HookDirectory: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case noDirectory(BytePath)
    /// There are both a hook that is not ours and one from before an earlier installation.
    case twoEarlier(hook: BytePath, earlier: BytePath)
    case notAFile(BytePath)
    /// Our script, with something in it that we did not write.
    case edited(BytePath)

    package var description: String {
      switch self {
      case .noDirectory(let path): "git's settings (core.hooksPath) lead to \(path), which is no directory"
      case .twoEarlier(let hook, let earlier):
        "\(hook) is not checkpoint's, and \(earlier) is there from an earlier installation: one of both would be lost"
      case .notAFile(let path): "\(path) is neither a file nor a link"
      case .edited(let path): "\(path) was changed since checkpoint wrote it"
      }
    }
  }

  /// What a hook's file is.
  package enum State: String, Codable, Sendable {
    case missing
    case installed
    /// Our script, by another version or with another place of the program.
    case outdated
    /// Our script, changed since.
    case edited
    /// Another program's, or the user's own.
    case other
  }

  package let path: BytePath
  /// The scope of git's settings that leads here, such as “global”; nil if it is the repository's own.
  package let sharedBy: String?
  private let files: any FileOperations

  /// Asks git for the directory: it knows core.hooksPath, linked working trees and submodules.
  package init(
    _ location: RepositoryLocation, files: any FileOperations = SystemFileOperations()
  ) throws {
    var output = try location.git.run(["rev-parse", "--path-format=absolute", "--git-path", "hooks"])
    if output.last == 0x0A { output.removeLast() }
    path = BytePath(output)
    sharedBy = Self.sharingScope(location.git)
    self.files = files
  }

  /// The scope of git's settings that makes all repositories of a user, or of the machine, share one directory of hooks.
  private static func sharingScope(_ git: GitProgram) -> String? {
    let answer = try? git.line(["config", "--show-scope", "--get", "core.hooksPath"])
    let scope = answer?.split(separator: "\t").first.map(String.init)
    return scope.flatMap { ["global", "system"].contains($0) ? $0 : nil }
  }

  /// Whether hooks run here because they run everywhere.
  package static func isShared(_ git: GitProgram) -> Bool {
    sharingScope(git) != nil
  }

  package func file(_ hook: GitHook) -> BytePath { path.appending(hook.rawValue) }

  /// Where a hook is kept that was there before.
  package func earlier(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).before-checkpoint") }

  /// The name under which pre-commit keeps a hook that was there before it, which it runs first.
  func legacy(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).legacy") }

  package func keepsEarlier(_ hook: GitHook) -> Bool {
    let status = try? FileTree.status(earlier(hook))
    return status?.kind == .regular || status?.kind == .symbolicLink
  }

  /// The directory of links with the hooks' own names, through which earlier hooks are called.
  private var links: BytePath { path.appending("before-checkpoint") }

  /// What the hook's file holds; nil if there is none, or it cannot be read.
  func contents(_ hook: GitHook) -> [UInt8]? {
    guard (try? FileTree.status(file(hook)))??.kind == .regular else { return nil }
    return try? FileTree.readAll(file(hook))
  }

  /// - Parameter program: the path of the program.
  package func state(_ hook: GitHook, program: BytePath) throws -> State {
    guard let status = try FileTree.status(file(hook)) else { return .missing }
    guard let contents = contents(hook), GitHook.isOurs(contents) else { return .other }
    guard hook.isUnchanged(contents) else { return .edited }
    let script = hook.script(program: program, isInOwnDirectory: GitHook.isInOwnDirectory(contents))
    return contents == script && status.permissions & 0o111 != 0 ? .installed : .outdated
  }

  /// Installs our script. A hook that is there is kept.
  package func install(_ hook: GitHook, program: BytePath) throws {
    let isNew = try FileTree.status(path) == nil
    if isNew { try FileTree.makeDirectories(path, mode: 0o777) }
    // It may be a link, and then what it leads to has to be there.
    guard FileTree.exists(path.appending(".")) else { throw Problem.noDirectory(path) }
    try removeAbandoned()
    let isOwn = try isNew || isOwnDirectory()
    switch try state(hook, program: program) {
    case .edited: throw Problem.edited(file(hook))
    case .other: try keep(hook)
    case .missing, .installed, .outdated: break
    }
    if keepsEarlier(hook) { try linkEarlier(hook) }
    try files.replaceFile(
      file(hook), with: hook.script(program: program, isInOwnDirectory: isOwn), mode: 0o777)
  }

  /// Whether the directory was made for our hooks, and holds nothing else.
  private func isOwnDirectory() throws -> Bool {
    let names = try FileTree.list(path)
    return !names.isEmpty
      && names.allSatisfy { name in
        guard let hook = name.exactText.flatMap(GitHook.init(rawValue:)) else { return false }
        return contents(hook).map(GitHook.isInOwnDirectory) ?? false
      }
  }

  /// Makes the link through which the earlier hook is called, and links to files that it may look for in its directory.
  private func linkEarlier(_ hook: GitHook) throws {
    try FileTree.makeDirectories(links, mode: 0o777)
    for name in try FileTree.list(path) where !name.bytes.suffix(7).elementsEqual(".sample".utf8) {
      let link = links.appending(name)
      let isOurs = name == links.lastComponent || name.exactText.flatMap(GitHook.init(rawValue:)) != nil
      if try isOurs || FileTree.status(link) != nil { continue }
      try FileTree.makeLink(link, to: BytePath(Array("../".utf8) + name.bytes))
    }
    let link = links.appending(BytePath(hook.rawValue))
    if try FileTree.status(link) == nil {
      try FileTree.makeLink(link, to: BytePath(Array("../".utf8) + earlier(hook).lastComponent.bytes))
    }
  }

  /// Gives the hook that is there its second name. A kill after that leaves both names, of the same file.
  private func keep(_ hook: GitHook) throws {
    let (file, earlier) = (file(hook), earlier(hook))
    guard let status = try FileTree.status(file) else { return }
    guard status.kind != .directory && status.kind != .other else { throw Problem.notAFile(file) }
    if let kept = try FileTree.status(earlier) {
      if kept.inode == status.inode || isSame(file, earlier) { return }
      throw Problem.twoEarlier(hook: file, earlier: earlier)
    }
    do { try FileTree.makeHardLink(earlier, to: file) } catch {
      guard error.code == EPERM || error.code == ENOTSUP else { throw error }
      // On a file system without hard links there is no hook for a moment.
      try files.rename(file, to: earlier)
    }
  }

  /// Whether a hook that is there again is the one that was kept: a program wrote the same once more.
  private func isSame(_ one: BytePath, _ other: BytePath) -> Bool {
    guard let first = try? FileTree.readAll(one), let second = try? FileTree.readAll(other) else {
      return false
    }
    return first == second
  }

  /// Takes our script away and puts back what was there before, byte for byte.
  /// - Returns: false if the hook is not ours, or not as we wrote it; then it is left as it is.
  package func uninstall(_ hook: GitHook) throws -> Bool {
    guard let contents = contents(hook), GitHook.isOurs(contents), hook.isUnchanged(contents) else {
      return false
    }
    if keepsEarlier(hook) {
      try files.rename(earlier(hook), to: file(hook))
    } else {
      try FileTree.remove(file(hook))
    }
    if !GitHook.allCases.contains(where: keepsEarlier) && FileTree.exists(links) {
      for name in try FileTree.list(links)
      where try FileTree.status(links.appending(name))?.kind == .symbolicLink {
        try FileTree.remove(links.appending(name))
      }
      _ = FileTree.removeIfEmpty(links)
    }
    if GitHook.isInOwnDirectory(contents) { _ = FileTree.removeIfEmpty(path) }
    return true
  }

  /// Removes what a killed installation was writing.
  private func removeAbandoned() throws {
    for name in try FileTree.list(path) where ReplacedFile.isAbandoned(name) {
      guard GitHook.allCases.contains(where: { name.hasPrefix(BytePath($0.rawValue)) }) else { continue }
      try FileTree.remove(path.appending(name))
    }
  }
}
