// Restores kept files. Files that differ are replaced by a temporary file and a rename; files that the record before (the
// rescue) has and this one does not are removed.

import ChunkStore
import FileSystem
import Glibc

package final class KeptFilesRestoration: SourceRestoration {
  private let record: SourceRecord
  private let worktree: BytePath
  private let patterns: [GlobPattern]
  private let context: RestoreContext
  private let scope: KeptFilesScope
  private let reader: ChunkReader
  private let document: KeptFilesDocument
  /// Mount points, which cannot be removed.
  private var mounted: [BytePath] = []
  private(set) var lostRights: [LostRights] = []

  init(
    _ record: SourceRecord, worktree: BytePath, patterns: [GlobPattern], _ context: RestoreContext,
    _ scope: KeptFilesScope
  ) throws {
    (self.record, self.worktree, self.patterns) = (record, worktree, patterns)
    (self.context, self.scope) = (context, scope)
    reader = ChunkReader(context.store)
    document = try KeptFilesDocument(of: record, reader)
  }

  package var summary: String {
    document.files.isEmpty
      ? "remove files kept beside git that came later" : "restore the files kept beside git"
  }
  package var rescueRecord: SourceRecord? { nil }
  package var warnings: [String] { [] }
  /// Reading them takes less time than recording git's state.
  package var isInstant: Bool { true }

  package func fileSteps(present: [BytePath]) throws -> [KeptFileStep] {
    let lists = try StreamLists(document.list, reader)
    let recorded = try zip(document.files, document.streams).compactMap { file, stream -> KeptFileStep? in
      if scope.leftAddresses.contains(file.path) { return KeptFileStep(file.path, .leave) }
      if scope.isLeftAlone(file.path) { return nil }
      return KeptFileStep(file.path, try isThere(file, lists.list(of: stream)) ? .unchanged : .write)
    }
    let kept = Set(document.files.map(\.path) + (document.skipped ?? []))
    let places = Set(document.files.map(\.path))
    let others = present.filter { !kept.contains($0) && isRemoved($0, places: places) }
    return (recorded + others.map { KeptFileStep($0, .remove) }).sorted { $0.path < $1.path }
  }

  /// Reads everything once, so that damage is found before anything is touched.
  package func stage() throws -> RestoreState {
    let lists = try StreamLists(document.list, reader)
    for stream in document.streams {
      for chunk in try lists.list(of: stream).chunks { try reader.withChunk(chunk.id) { _ in } }
    }
    try requireWritable(lists)
    return [:]
  }

  /// Requires that files which are mount points can be written in place.
  private func requireWritable(_ lists: StreamLists) throws {
    let mounts = MountPoints.below(worktree)
    for (file, stream) in zip(document.files, document.streams) {
      let path = worktree.appending(file.path)
      guard mounts.contains(path), !scope.isLeftAlone(file.path),
        try !isThere(file, lists.list(of: stream))
      else { continue }
      let code = file.isLink ? EBUSY : FileTree.writeError(path)
      if let code {
        throw SystemError(code: code, operation: "write the mount point in place:", path: path)
      }
    }
  }

  /// Files that were added later are removed before git's files are written, because they may be in the way.
  package func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    if let rescue { try removeOthers(than: document, from: KeptFilesDocument(of: rescue, reader)) }
  }

  package func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    if let rescue { try removeOthers(than: KeptFilesDocument(of: rescue, reader), from: document) }
    return []
  }

  /// Writes the wanted files, once git's files are no longer in their way.
  func complete(rescue: SourceRecord?, isReverting: Bool) throws {
    let before = try rescue.map { try KeptFilesDocument(of: $0, reader) }
    guard let wanted = isReverting ? before : document else { return }
    let lists = try StreamLists(wanted.list, reader)
    let unrecorded = Set((isReverting ? document : before)?.skipped ?? [])
    for (number, (file, stream)) in zip(wanted.files, wanted.streams).enumerated() {
      // A killed process may have left it half written.
      let temporary = temporaryPath(of: file.path, number)
      if FileTree.isReachable(file.path, below: worktree) { try FileTree.remove(temporary) }
      if scope.isLeftAlone(file.path) || unrecorded.contains(file.path) { continue }
      try makeDirectories(above: file.path, wanted)
      try restore(file, lists.list(of: stream), through: temporary)
    }
  }

  package func finish(_ state: RestoreState) throws -> [String] {
    mounted.map { "\($0) stays: it is a mount point" }
  }

  func differences() throws -> [String] {
    let lists = try StreamLists(document.list, reader)
    return try zip(document.files, document.streams).compactMap { file, stream in
      try isThere(file, lists.list(of: stream)) ? nil : "\(file.path)"
    }
  }

  private func isThere(_ file: KeptFilesDocument.File, _ list: ChunkList) throws -> Bool {
    guard FileTree.isReachable(file.path, below: worktree) else { return false }
    return try file.isLink
      ? isLink(file, to: list.chunks.flatMap { try reader.bytes(of: $0.id) }) : isPresent(file, list)
  }

  private func isLink(_ file: KeptFilesDocument.File, to target: [UInt8]) throws -> Bool {
    let path = worktree.appending(file.path)
    return try FileTree.status(path)?.kind == .symbolicLink && FileTree.readLink(path).bytes == target
  }

  private func removeOthers(than wanted: KeptFilesDocument, from present: KeptFilesDocument) throws {
    let places = Set(wanted.files.map(\.path))
    let kept = Set(wanted.files.map(\.path) + (wanted.skipped ?? []))
    for file in present.files where !kept.contains(file.path) && isRemoved(file.path, places: places) {
      guard FileTree.isReachable(file.path, below: worktree) else { continue }
      // A directory in its place was not recorded.
      let kind = try FileTree.status(worktree.appending(file.path))?.kind
      guard kind == .regular || kind == .symbolicLink else { continue }
      do { try FileTree.remove(worktree.appending(file.path)) } catch {
        guard error.code == EBUSY else { throw error }
        mounted.append(file.path)
      }
    }
  }

  /// Whether a file that was not recorded is removed.
  private func isRemoved(_ path: BytePath, places: Set<BytePath>) -> Bool {
    if scope.isLeftAlone(path) { return false }
    // A file that is in the way is removed in any case; the rescue has it.
    guard scope.removesOthers || path.ancestors.contains(where: places.contains) else { return false }
    // A file that git ignored then, and that the user did not ask to keep, was not part of the state.
    return !scope.wasIgnored(path) || patterns.contains { $0.matches(path) }
  }

  /// Existing directories keep the permissions that git's part has given them.
  private func makeDirectories(above path: BytePath, _ wanted: KeptFilesDocument) throws {
    for directory in path.ancestors.reversed() {
      let full = worktree.appending(directory)
      if let status = try FileTree.status(full) {
        guard status.kind == .directory else {
          throw SystemError(code: ENOTDIR, operation: "restore \(path): not a directory:", path: directory)
        }
        continue
      }
      try FileTree.makeDirectories(full, mode: 0o777)
      let permissions = wanted.directories?[directory]
      if let rights = wanted.directoryRights?[directory] {
        lostRights += try rights.give(to: full, permissions: permissions, named: directory)
      } else if let permissions {
        try FileTree.setPermissions(full, permissions)
      }
    }
  }

  /// The beginning of the names of files that are being written.
  static func temporaryPrefix(token: String) -> BytePath { BytePath(".\(token).") }

  /// In the same directory, and short, because the file's own name may be as long as names can be.
  private func temporaryPath(of path: BytePath, _ number: Int) -> BytePath {
    let name = BytePath(Self.temporaryPrefix(token: context.token).bytes + Array("\(number)".utf8))
    return (worktree.appending(path).parent ?? worktree).appending(name)
  }

  private func restore(
    _ file: KeptFilesDocument.File, _ list: ChunkList, through temporary: BytePath
  ) throws {
    let target = worktree.appending(file.path)
    if try isPresent(file, list) { return }
    let directory = try OpenFile.directory(file.path.parent ?? "", below: worktree)
    do {
      if file.isLink {
        let bytes = try list.chunks.flatMap { try reader.bytes(of: $0.id) }
        try FileTree.makeLink(temporary, to: BytePath(bytes))
      } else {
        // Only the owner may read it until it has its exact mode.
        let output = try context.store.files.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        for chunk in list.chunks {
          try reader.withChunk(chunk.id) { try context.store.files.write($0, to: output) }
        }
        if file.rights == nil { try FileTree.setPermissions(temporary, file.permissions) }
        try context.store.files.sync(output)
      }
      if let rights = file.rights {
        lostRights += try rights.give(to: temporary, permissions: file.permissions, named: file.path)
      }
      if try FileTree.status(target)?.kind == .directory { try FileTree.removeEmptyDirectories(target) }
      do {
        try context.store.files.rename(temporary, to: file.path.lastComponent, in: directory)
      } catch {
        guard error.code == EBUSY && !file.isLink else { throw error }
        try overwrite(target, with: temporary, file)
      }
    } catch {
      try? FileTree.remove(temporary)
      throw error
    }
  }

  /// Writes a file in place, because a mount point cannot be replaced.
  private func overwrite(
    _ target: BytePath, with temporary: BytePath, _ file: KeptFilesDocument.File
  ) throws {
    let input = try OpenFile.open(temporary, flags: O_RDONLY)
    let output = try context.store.files.open(target, flags: O_WRONLY | O_TRUNC | O_NOFOLLOW, mode: 0)
    try input.forEachPiece { try context.store.files.write($0, to: output) }
    try FileTree.setPermissions(target, file.permissions)
    try context.store.files.sync(output)
    try FileTree.remove(temporary)
  }

  private func isPresent(_ file: KeptFilesDocument.File, _ list: ChunkList) throws -> Bool {
    let target = worktree.appending(file.path)
    guard let status = try FileTree.status(target), !file.isLink, status.kind == .regular,
      status.permissions == file.permissions, status.byteCount == list.byteCount,
      try hasRights(of: file, target)
    else { return false }
    let input = try OpenFile.open(target, flags: O_RDONLY | O_NOFOLLOW)
    for chunk in list.chunks {
      let isEqual = try reader.withChunk(chunk.id) { expected in
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: expected.count, alignment: 16)
        defer { buffer.deallocate() }
        return try input.read(into: buffer) == expected.count
          && memcmp(
            buffer.baseAddress.unsafelyUnwrapped, expected.baseAddress.unsafelyUnwrapped, expected.count) == 0
      }
      if !isEqual { return false }
    }
    return true
  }

  /// Whether a file has the recorded rights, as far as this user could set them.
  private func hasRights(of file: KeptFilesDocument.File, _ path: BytePath) throws -> Bool {
    guard let wanted = file.rights, let present = try FileRights.read(path) else { return true }
    return present.attributes == wanted.attributes && (present.owner == wanted.owner || geteuid() != 0)
  }
}
