// Makes a stage's folder from the template. A new folder appears complete. In an existing one only missing files are added,
// each complete. Nothing that exists is ever written to, and no link is followed.

import BuiltInFiles
import FileSystem

package struct NewStage: Sendable {
  package enum Problem: Error, Sendable, CustomStringConvertible {
    case notADirectory(BytePath, isLink: Bool)

    package var description: String {
      switch self {
      case .notADirectory(let path, let isLink): "\(path) is \(isLink ? "a link" : "not a directory")"
      }
    }
  }

  package let name: StageName
  package let folder: BytePath
  package private(set) var written: [String] = []
  package private(set) var kept: [String] = []

  private let files: any FileOperations

  /// - Parameter files: carries out the system calls.
  package init(
    _ name: StageName, in worktree: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws {
    let stages = StageFolders.directory(in: worktree)
    (self.name, self.files, folder) = (name, files, stages.appending(name.slug))
    try Self.requireDirectory(stages)
    try FileTree.makeDirectories(stages, mode: 0o777)
    try Self.removeAbandoned(in: stages) { $0.bytes.starts(with: "stage-".utf8) }
    if try FileTree.status(folder) == nil { try make() }
    // Another process may have made the folder first.
    if written.isEmpty { try adopt() }
  }

  /// A path that does not exist yet is as good as a directory.
  private static func requireDirectory(_ path: BytePath) throws {
    guard let status = try FileTree.status(path), status.kind != .directory else { return }
    throw Problem.notADirectory(path, isLink: status.kind == .symbolicLink)
  }

  /// Removes what a killed process has left.
  private static func removeAbandoned(in directory: BytePath, where isOurs: (BytePath) -> Bool) throws {
    for name in try FileTree.list(directory) where isOurs(name) && ReplacedFile.isAbandoned(name) {
      try FileTree.remove(directory.appending(name))
    }
  }

  private mutating func make() throws {
    let new = try NewFile(folder, replaces: false, files: files)
    defer { new.discard() }
    try new.makeDirectory(mode: 0o777)
    for (file, text) in BuiltInFiles.stageTemplate {
      try files.write(filled(text), to: new.makeFile(BytePath(file), mode: 0o666))
    }
    do { try new.publish() } catch OutputProblem.exists { return }
    written = BuiltInFiles.stageTemplate.map(\.name)
  }

  private mutating func adopt() throws {
    try Self.requireDirectory(folder)
    let names = BuiltInFiles.stageTemplate.map(\.name)
    try Self.removeAbandoned(in: folder) { name in names.contains { name.bytes.starts(with: $0.utf8) } }
    for (file, text) in BuiltInFiles.stageTemplate {
      do {
        let new = try NewFile(folder.appending(file), replaces: false, files: files)
        defer { new.discard() }
        try files.write(filled(text), to: new.makeFile(mode: 0o666))
        try new.publish()
        written.append(file)
      } catch OutputProblem.exists { kept.append(file) }
    }
  }

  /// The template's text with this stage's names.
  private func filled(_ text: [UInt8]) -> [UInt8] {
    let words = name.slug.dropFirst(name.id.count).substituting("-", with: " ").drop { $0 == " " }
    let number = name.id.dropFirst("stage-".count)
    let title = "Stage \(number)" + (words.isEmpty ? "" : ": \(words)")
    return Array(
      String(decoding: text, as: UTF8.self).substituting("{{stage}}", with: name.slug)
        .substituting("{{title}}", with: title).utf8)
  }
}
