// The directory that git takes hooks from, and our scripts in it. A hook that was there before keeps its bytes, mode and
// times under another name beside ours, which calls it first. Every step is one rename or link, so that git finds the old
// hook or the new one at any moment, and a kill loses neither.

import FileSystem
import Git
import Glibc

package struct HookDirectory: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case noDirectory(BytePath)
    /// Both a hook that is not ours and one from before an earlier installation are there.
    case twoEarlier(hook: BytePath, earlier: BytePath)
    case notAFile(BytePath)

    package var description: String {
      switch self {
      case .noDirectory(let path): "git's settings (core.hooksPath) lead to \(path), which is no directory"
      case .twoEarlier(let hook, let earlier):
        "\(hook) is not checkpoint's, and \(earlier) is there from an earlier installation: one of both would be lost"
      case .notAFile(let path): "\(path) is neither a file nor a link"
      }
    }
  }

  /// What stands under a hook's name.
  package enum State: String, Codable, Sendable {
    case missing
    case installed
    /// Ours, by another version or with another place of the program, or edited.
    case outdated
    /// Somebody else's.
    case other
  }

  package let path: BytePath
  /// The scope of git's settings that leads here, such as “global”; nil where that is the repository's own.
  package let sharedBy: String?
  private let files: any FileOperations

  /// Asks git, which knows core.hooksPath, linked working trees and submodules.
  package init(
    _ location: RepositoryLocation, files: any FileOperations = SystemFileOperations()
  ) throws {
    var output = try location.git.run(["rev-parse", "--path-format=absolute", "--git-path", "hooks"])
    if output.last == 0x0A { output.removeLast() }
    path = BytePath(output)
    let scope = try location.git.line(["config", "--show-scope", "--get", "core.hooksPath"])?
      .split(separator: "\t").first.map(String.init)
    sharedBy = scope.flatMap { ["global", "system"].contains($0) ? $0 : nil }
    self.files = files
  }

  package func file(_ hook: GitHook) -> BytePath { path.appending(hook.rawValue) }

  /// Where a hook that was there before is kept.
  package func earlier(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).before-checkpoint") }

  /// Where pre-commit keeps a hook that it found, which it runs first.
  func legacy(_ hook: GitHook) -> BytePath { path.appending("\(hook.rawValue).legacy") }

  package func keepsEarlier(_ hook: GitHook) -> Bool { (try? FileTree.status(earlier(hook))) != nil }

  /// What the hook's file holds; nil where there is none, or it cannot be read.
  func contents(_ hook: GitHook) -> [UInt8]? {
    guard (try? FileTree.status(file(hook)))??.kind == .regular else { return nil }
    return try? FileTree.readAll(file(hook))
  }

  /// - Parameter program: where the program is.
  package func state(_ hook: GitHook, program: BytePath) throws -> State {
    guard let status = try FileTree.status(file(hook)) else { return .missing }
    guard let contents = contents(hook), GitHook.isOurs(contents) else { return .other }
    let isSame = contents == hook.script(program: program) && status.permissions & 0o111 != 0
    return isSame ? .installed : .outdated
  }

  /// Puts our script in the place of whatever is there, which is kept.
  package func install(_ hook: GitHook, program: BytePath) throws {
    if try FileTree.status(path) == nil { try FileTree.makeDirectories(path, mode: 0o777) }
    // Through a link, if it is one.
    guard FileTree.exists(path.appending(".")) else { throw Problem.noDirectory(path) }
    try removeAbandoned()
    if try state(hook, program: program) == .other { try keep(hook) }
    try files.replaceFile(file(hook), with: hook.script(program: program), mode: 0o777)
  }

  /// Gives the hook that is there its second name. A kill behind it leaves both, which are the same file.
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
      // A file system without hard links: for a moment there is no hook.
      try files.rename(file, to: earlier)
    }
  }

  /// What a program wrote anew is what it had written before.
  private func isSame(_ one: BytePath, _ other: BytePath) -> Bool {
    guard let first = try? FileTree.readAll(one), let second = try? FileTree.readAll(other) else {
      return false
    }
    return first == second
  }

  /// Takes our script away and puts back what was there before, byte for byte.
  /// - Returns: false where the hook is not ours, and is left alone.
  package func uninstall(_ hook: GitHook) throws -> Bool {
    guard let contents = contents(hook), GitHook.isOurs(contents) else { return false }
    if keepsEarlier(hook) {
      try files.rename(earlier(hook), to: file(hook))
    } else {
      try FileTree.remove(file(hook))
    }
    // Where there was nothing there is nothing again.
    _ = FileTree.removeIfEmpty(path)
    return true
  }

  /// What a killed installation was writing.
  private func removeAbandoned() throws {
    for name in try FileTree.list(path) where ReplacedFile.isAbandoned(name) {
      guard GitHook.allCases.contains(where: { name.hasPrefix(BytePath($0.rawValue)) }) else { continue }
      try FileTree.remove(path.appending(name))
    }
  }
}
