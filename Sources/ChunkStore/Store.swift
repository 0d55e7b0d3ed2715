// The store's directory: its layout, its version and its lock. Invariant: a file below `chunks/` is complete and durable,
// because it was flushed before it got its name.

import FileSystem
import Glibc

package enum StoreError: Error, Sendable, CustomStringConvertible {
  case missing(BytePath)
  case olderFormat(found: Int, supported: Int, BytePath)
  case newerFormat(found: Int, supported: Int, BytePath)
  case unreadableFormat(BytePath)
  /// A link inside a store. The store itself may be reached by a link.
  case linked(BytePath)
  case busy(BytePath)
  case chunkMissing(ChunkID)
  case chunkDamaged(ChunkID, String)
  /// A chunk has the right hash, but this program cannot have written its contents.
  case documentRefused(ChunkID, String)
  /// The list of chunks of a source has no lines for a stream.
  case listIncomplete(String)

  package var description: String {
    switch self {
    case .missing(let path): "there is no store at \(path)"
    case .olderFormat(let found, let supported, let path):
      "the store at \(path) has format \(found), which no released version wrote; this program knows \(supported)"
    case .newerFormat(let found, let supported, let path):
      "the store at \(path) has format \(found), this program knows formats up to \(supported)"
    case .unreadableFormat(let path): "\(path) does not name a store's format"
    case .linked(let path): "\(path) is a link, and a store must not contain links"
    case .busy(let path): "another checkpoint command is using the store at \(path)"
    case .listIncomplete(let name): "the list of chunks has no lines for \(name)"
    case .chunkMissing(let id): "chunk \(id) is missing"
    case .chunkDamaged(let id, let why): "chunk \(id) is damaged: \(why)"
    case .documentRefused(let id, let why):
      "the document \(id) is damaged, or another program wrote it: \(why)"
    }
  }
}

package struct Store: Sendable {
  package static let formatVersion = 2
  /// The largest file of a store, in bytes: a chunk contains at least one whole row, and each field may have 1 GiB.
  private static let fileLimit = 3 << 30
  private static let formatPrefix = "checkpoint store "

  package let root: BytePath
  package let files: any FileOperations
  /// Where files are written that a store on a read-only disk cannot take.
  package var scratch: BytePath = "/tmp"

  private init(root: BytePath, files: any FileOperations) {
    self.root = root
    self.files = files
  }

  package var chunks: BytePath { root.appending("chunks") }
  package var manifests: BytePath { root.appending("manifests") }
  package var notes: BytePath { root.appending("notes") }
  package var journal: BytePath { root.appending("journal") }
  package var log: BytePath { root.appending("log") }
  package var sessions: BytePath { root.appending("tmp") }

  package static func exists(at root: BytePath) -> Bool { FileTree.exists(root.appending("format")) }

  /// Makes the directories that are missing, and then the file `format`: with it the directory is a store.
  package static func create(
    at root: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws -> Store {
    let store = Store(root: root, files: files)
    if exists(at: root) { try requireNoLinks(in: root) }
    for directory in [
      root, store.chunks, store.manifests, store.notes, store.journal, store.log, store.sessions,
    ] {
      try FileTree.makeDirectories(directory, mode: 0o700)
    }
    if !exists(at: root) {
      try files.replaceFile(root.appending("format"), with: Array("\(formatPrefix)\(formatVersion)\n".utf8))
    }
    return try open(at: root, files: files)
  }

  /// The contents of a chunk's file.
  static func bytes(of path: BytePath) throws(SystemError) -> [UInt8] {
    try FileTree.readAll(path, limit: fileLimit, flags: O_NOFOLLOW)
  }

  /// The same; nil if it is not there.
  static func bytesIfThere(_ path: BytePath) throws(SystemError) -> [UInt8]? {
    try FileTree.readIfThere(path, limit: fileLimit, flags: O_NOFOLLOW)
  }

  package static func open(
    at root: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws -> Store {
    guard exists(at: root) else { throw StoreError.missing(root) }
    let format = root.appending("format")
    let text = String(
      decoding: try FileTree.readAll(format, limit: 1 << 10, flags: O_NOFOLLOW), as: UTF8.self)
    guard text.hasPrefix(formatPrefix),
      let version = Int(text.dropFirst(formatPrefix.count).filter { $0 != "\n" })
    else { throw StoreError.unreadableFormat(format) }
    if version < formatVersion {
      throw StoreError.olderFormat(found: version, supported: formatVersion, root)
    }
    guard version <= formatVersion else {
      throw StoreError.newerFormat(found: version, supported: formatVersion, root)
    }
    try requireNoLinks(in: root)
    return Store(root: root, files: files)
  }

  /// A store can come in an archive, and files in its directories are replaced and removed: links could lead anywhere.
  private static func requireNoLinks(in root: BytePath) throws {
    for name in try FileTree.list(root) {
      let path = root.appending(name)
      if try FileTree.status(path)?.kind == .symbolicLink { throw StoreError.linked(path) }
    }
  }

  /// Locks the store: checkpoints share it, a rollback needs it exclusively.
  /// - Parameter isForReading: for commands that only read, so that a read-only store is enough.
  /// - Throws: `StoreError.busy` if another process holds it for longer than `seconds`.
  package func lock(
    _ mode: FileLock.Mode, waiting seconds: Double, isForReading: Bool = false
  ) throws -> FileLock {
    guard let lock = try lock(mode, waitingAtMost: seconds, isForReading: isForReading) else {
      throw StoreError.busy(root)
    }
    return lock
  }

  /// As above, but nil if another process holds it for longer than `seconds`.
  package func lock(
    _ mode: FileLock.Mode, waitingAtMost seconds: Double, isForReading: Bool = false
  ) throws -> FileLock? {
    try FileLock.acquire(root.appending("lock"), mode, waiting: seconds, isForReading: isForReading)
  }

  package func path(of id: ChunkID) -> BytePath { path(of: id, in: chunks) }

  /// - Parameter root: the directory of chunks, or another one that is divided like it.
  func path(of id: ChunkID, in root: BytePath) -> BytePath {
    let name = id.description
    return root.appending(String(name.prefix(2))).appending(name)
  }

  package func contains(_ id: ChunkID) -> Bool { FileTree.exists(path(of: id)) }

  /// The size of the chunk's file; nil if it is missing.
  package func storedByteCount(_ id: ChunkID) throws -> Int? {
    try FileTree.status(path(of: id))?.byteCount ?? FileTree.status(Trash(self).path(of: id))?.byteCount
  }

  /// Every chunk that is stored.
  package func chunkIDs() throws -> [ChunkID] { try chunkIDs(in: chunks) }

  /// Every chunk that is stored, with the size of its file.
  package func chunkSizes() throws -> [(id: ChunkID, byteCount: Int)] {
    try chunkFiles(in: chunks) { ($0, $1.byteCount) }
  }

  /// - Parameter fact: what is to be known of each chunk below `root`, from the status of its file.
  func chunkFiles<Fact: Sendable>(
    in root: BytePath, _ fact: @escaping @Sendable (ChunkID, FileStatus) -> Fact
  ) throws -> [Fact] {
    var facts: [Fact] = []
    try Together.work(
      on: fans(in: root),
      makeWorker: {
        { fan in
          let opened: OpenFile
          do {
            opened = try OpenFile.open(fan, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
          } catch let error as SystemError where [ENOTDIR, ELOOP].contains(error.code) {
            // Something else of that name, which holds no chunks.
            return []
          }
          let directory = try OpenDirectory.open("", in: opened)
          var found: [Fact] = []
          try directory.forEachEntry { name, _ in
            let digits = UnsafeRawBufferPointer(start: name, count: strlen(name))
            guard let id = ChunkID(hexadecimal: digits) else { return }
            guard let status = directory.status(name) else {
              if errno == ENOENT { return }
              throw SystemError(operation: "examine", path: fan.appending(BytePath("\(id)")))
            }
            found.append(fact(id, status))
          }
          return found
        }
      },
      deliver: { _, found in facts += found })
    return facts
  }

  func chunkIDs(in root: BytePath) throws -> [ChunkID] { try fans(in: root).flatMap(chunkIDs(inFan:)) }

  private func fans(in root: BytePath) throws -> [BytePath] {
    guard FileTree.exists(root) else { return [] }
    return try FileTree.list(root).filter { $0.bytes.count == 2 }.map(root.appending)
  }

  // Files with other names are no chunks.
  private func chunkIDs(inFan fan: BytePath) throws -> [ChunkID] {
    try FileTree.list(fan, followsLink: false).compactMap { name in name.exactText.flatMap { ChunkID($0) } }
  }

  /// The bytes of all files of the store.
  package func totalByteCount() throws -> Int { try Self.byteCount(below: root) }

  /// What goes while it is counted does not count.
  package static func byteCount(below directory: BytePath) throws -> Int {
    var (sum, level) = (0, [directory])
    while !level.isEmpty {
      var next: [BytePath] = []
      try Together.work(
        on: level, makeWorker: { { try contents(of: $0) } },
        deliver: { _, found in
          sum += found.byteCount
          next += found.directories
        })
      level = next
    }
    return sum
  }

  private static func contents(of path: BytePath) throws -> (byteCount: Int, directories: [BytePath]) {
    let opened: OpenFile
    do { opened = try OpenFile.open(path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW) } catch {
      if error.isMissing { return (0, []) }
      throw error
    }
    let directory = try OpenDirectory.open("", in: opened)
    var (sum, directories) = (0, [BytePath]())
    try directory.forEachEntry { name, kind in
      if kind == .directory {
        directories.append(path.appending(BytePath(cString: name)))
      } else {
        sum += directory.status(name)?.byteCount ?? 0
      }
    }
    return (sum, directories)
  }
}
