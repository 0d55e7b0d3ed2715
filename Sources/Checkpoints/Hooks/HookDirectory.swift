// The directory from which git runs hooks, with our scripts. A hook that was there before keeps its bytes, mode and times
// under another name; ours calls it first, through a link with the hook's own name, because many hooks look at the name by
// which they are called. Every step is one rename or link: git finds either the old hook or the new one, and a kill loses
// neither.

import FileSystem
import Git
import Glibc

package struct HookDirectory: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case noDirectory(BytePath)
    /// There are both a hook that is not ours and one from before an earlier installation.
    case twoEarlier(hook: BytePath, earlier: BytePath)
    case notAFile(BytePath)
    /// Our script, edited by the user.
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

  /// What the file with a hook's name is.
  package enum State: String, Codable, Sendable {
    case missing
    case installed
    /// Our script of another version, or with another path of the program.
    case outdated
    /// Our script, edited by the user.
    case edited
    /// Not ours.
    case other
  }

  package let path: BytePath
  /// The scope of git's settings that names this directory, such as “global”; nil if that is the repository's own.
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

  /// Whether hooks run here because all repositories share them.
  package static func isShared(in directory: BytePath) -> Bool {
    sharingScope(GitProgram(in: directory)) != nil
  }

  package func file(_ hook: GitHook) -> BytePath { path.appending(hook.rawValue) }

  /// The name under which a hook that was there before is kept.
  package func earlier(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).before-checkpoint") }

  /// The name under which pre-commit keeps a hook that was there before it, which it runs first.
  func legacy(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).legacy") }

  package func keepsEarlier(_ hook: GitHook) -> Bool {
    let status = try? FileTree.status(earlier(hook))
    return status?.kind == .regular || status?.kind == .symbolicLink
  }

  /// The directory of links through which hooks that were there before are called by their own names.
  private var links: BytePath { path.appending("before-checkpoint") }

  /// The contents of the hook's file; nil if there is none, or it cannot be read.
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
    // This follows the directory if it is a link.
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

  /// Whether the directory has nothing but our hooks, for which it was made.
  private func isOwnDirectory() throws -> Bool {
    let names = try FileTree.list(path)
    return !names.isEmpty
      && names.allSatisfy { name in
        guard let hook = name.exactText.flatMap(GitHook.init(rawValue:)) else { return false }
        return contents(hook).map(GitHook.isInOwnDirectory) ?? false
      }
  }

  /// Makes the link through which the earlier hook is called, and links to the files that it may look for next to itself.
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

  /// Gives the present hook its second name. If it is killed after that, both names lead to the same file.
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

  /// Whether two files have the same contents: a program may have written the same hook again.
  private func isSame(_ one: BytePath, _ other: BytePath) -> Bool {
    guard let first = try? FileTree.readAll(one), let second = try? FileTree.readAll(other) else {
      return false
    }
    return first == second
  }

  /// Removes our script and puts back what was there before, byte for byte.
  /// - Returns: false if the hook is not ours, or was edited; then it stays.
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

  /// Removes the files that a killed installation was writing.
  private func removeAbandoned() throws {
    for name in try FileTree.list(path) where ReplacedFile.isAbandoned(name) {
      guard GitHook.allCases.contains(where: { name.hasPrefix(BytePath($0.rawValue)) }) else { continue }
      try FileTree.remove(path.appending(name))
    }
  }
}
