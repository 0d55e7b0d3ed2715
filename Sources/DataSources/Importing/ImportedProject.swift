// The project in an export's tar.gz: its files, which are recorded as git's part of the checkpoint, and its configuration,
// which is unpacked only during the import. Names in the archive are not trusted.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import Glibc

package struct ImportedProject: ProjectContents {
  package let head: String?
  package let branch: String?
  /// The scripts of databases, in order.
  package let scripts: [String]
  /// The databases of the exported checkpoint, in the same order.
  package let databases: [String]
  /// False for an export of a checkpoint without a working tree: then missing files mean nothing.
  package let hasWorktree: Bool
  /// Files of the project to be kept in the store, by their paths in it.
  package let configuration: [BytePath]
  private static let metadataLimit = 16 << 20

  private let file: DumpFile
  private let directory: BytePath
  private let isConfiguration: @Sendable (BytePath, UInt32) -> Bool

  /// - Parameters:
  ///   - session: holds the unpacked configuration.
  ///   - isConfiguration: whether a file must not be in git, for a stage's export, in which all files are together.
  package init(
    _ file: DumpFile, _ session: ChunkSession,
    isConfiguration: @escaping @Sendable (BytePath, UInt32) -> Bool
  ) throws {
    (self.file, self.isConfiguration) = (file, isConfiguration)
    let root = session.temporaryPath("configuration")
    directory = root
    try FileTree.makeDirectories(root, mode: 0o700)
    var (git, found): (Manifest.GitRecord?, Set<BytePath>) = (nil, [])
    var links: [(path: BytePath, target: BytePath)] = []
    var (scripts, databases): ([String], [String]) = ([], [])
    var hasFiles = false
    let tar = try TarReader(file.pieces())
    while let entry = try tar.next() {
      // No system call accepts a longer path.
      if entry.path.count >= Int(PATH_MAX) {
        throw ImportProblem.longName(BytePath(entry.path), in: file.path)
      }
      let place = ProjectFile(entry.path)
      if case .project = place { hasFiles = true }
      switch place {
      case .database(let name): scripts.append(name)
      case .manifest:
        var bytes: [UInt8] = []
        while case let piece = try tar.read(), !piece.isEmpty {
          bytes += piece
          if bytes.count > Self.metadataLimit {
            throw ImportProblem.tooLarge("\(BytePath(entry.path))", file.path)
          }
        }
        let manifest = try? JSON.decode(Manifest.self, from: bytes)
        git = manifest?.git
        databases = manifest?.sources.filter { !$0.isKeptFiles }.map(\.name) ?? []
      case .config(let path): try unpack(path)
      case .project(let path) where Self.isSetAside(path, entry, isConfiguration): try unpack(path)
      case .project, nil: break
      }
      func unpack(_ path: BytePath) throws {
        let target = root.appending(path)
        if case .link(let to) = entry.kind { return links.append((path, BytePath(to))) }
        guard case .file = entry.kind, let parent = target.parent else { return }
        try FileTree.makeDirectories(parent, mode: 0o755)
        let output = try OpenFile.open(target, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        let files = SystemFileOperations()
        while case let piece = try tar.read(), !piece.isEmpty { try files.write(piece, to: output) }
        try FileTree.setPermissions(target, entry.permissions & 0o777)
        found.insert(path)
      }
    }
    // Links are made last, so that nothing is written through one.
    for (path, target) in links where found.insert(path).inserted {
      let place = root.appending(path)
      if let parent = place.parent { try FileTree.makeDirectories(parent, mode: 0o755) }
      try FileTree.makeLink(place, to: target)
    }
    (head, branch) = (git?.head.map { "\($0)" }, git?.branch)
    (self.scripts, self.databases) = (scripts, databases)
    hasWorktree = git.map { $0.stateTree != nil } ?? hasFiles
    configuration = found.sorted()
  }

  /// The script of a database. If there is only one, its name does not matter.
  package func script(of source: String) -> String? {
    if scripts.count == 1 { return scripts[0] }
    guard databases.count == scripts.count else { return nil }
    return zip(databases, scripts).first { $0.0 == source }?.1
  }

  private static func isSetAside(
    _ path: BytePath, _ entry: TarReader.Entry, _ isConfiguration: (BytePath, UInt32) -> Bool
  ) -> Bool {
    if case .file = entry.kind { isConfiguration(path, entry.permissions) } else { false }
  }

  package func forEachFile(_ body: (RecordedFile) throws -> Void) throws {
    let tar = try TarReader(file.pieces())
    while let entry = try tar.next() {
      guard case .project(let path) = ProjectFile(entry.path),
        !Self.isSetAside(path, entry, isConfiguration)
      else { continue }
      let kind: RecordedFile.Kind
      switch entry.kind {
      case .file: kind = .file(byteCount: entry.byteCount)
      case .link(let target): kind = .link(target: target)
      case .directory: kind = .directory
      case .other: continue
      }
      try body(
        RecordedFile(path: path, kind: kind, permissions: entry.permissions & 0o777) { give in
          while case let piece = try tar.read(), !piece.isEmpty { try piece.withUnsafeBytes(give) }
        })
    }
  }

  /// The configuration as kept files.
  package var keptFiles: KeptFiles {
    KeptFiles(
      worktree: directory, patterns: [],
      keep: FilesToKeep(setAside: configuration, ignored: [], named: [], excluded: []))
  }
}
