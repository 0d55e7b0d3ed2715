// Examines the files that git's index lists: flags that hide them from `git status`, exact permissions, and the directories
// that there are. It works on git's output in place, without making a path for each file, and on several parts of it at the
// same time, because examining each file is most of a capture's cost.

import FileSystem
import Glibc
import Synchronization

struct TrackedScan: Sendable {
  struct Found: Sendable {
    /// Where the path begins in the output. A small number, because there is one for each file.
    var offset: UInt32
    var permissions: UInt16
    var isExecutable: Bool
    var owner: FileOwner
  }

  /// A file about which earlier captures have learned nothing.
  struct Unknown: Sendable {
    /// As in `Found`.
    var offset: Int
    var status: FileStatus
  }

  fileprivate(set) var assumeUnchanged: [BytePath] = []
  fileprivate(set) var skipWorktree: [BytePath] = []
  fileprivate(set) var submodules: Set<BytePath> = []
  /// The entries of empty files with their modes. Those that are only an intent to add are among them.
  fileprivate(set) var emptyEntries: [BytePath: UInt32] = [:]
  fileprivate(set) var found: [Found] = []
  fileprivate(set) var unknown: [Unknown] = []
  /// The keys that `KnownFiles` had, and those that it may get.
  fileprivate(set) var keys: [UInt64] = []
  fileprivate(set) var newKeys: [UInt64] = []
  /// The existing directories above tracked files, with their permissions.
  fileprivate(set) var directories: [BytePath: UInt32] = [:]
  /// The owners of directories and links.
  fileprivate(set) var otherOwners: [BytePath: FileOwner] = [:]
  /// The attributes of directories that have any.
  fileprivate(set) var directoryAttributes: [BytePath: ExtendedAttributes] = [:]
  /// The directories that have a `.gitattributes`, tracked or not, or lack one that is tracked.
  fileprivate(set) var attributeDirectories: Set<BytePath> = []
  /// The directories in those of `directories`, whether they contain tracked files or not.
  fileprivate(set) var subdirectories: Set<BytePath> = []
  /// What is neither a file, a link nor a directory.
  fileprivate(set) var special: Set<BytePath> = []
  /// Directories that could not be examined, with the reason.
  fileprivate(set) var unreadable: [BytePath: String] = [:]

  /// - Parameters:
  ///   - output: the output of `git ls-files -v -s -z`.
  ///   - root: the working tree; nil if only flags are wanted.
  ///   - known: files that need not be examined.
  static func read(
    _ output: [UInt8], in root: OpenFile?, known: KnownFiles = KnownFiles(nil)
  ) throws -> TrackedScan {
    let parts = parts(of: output, root == nil ? 1 : min(8, 1 + output.count >> 19))
    let scans = Mutex<[Int: TrackedScan]>([:])
    try Threads.concurrently(
      parts.enumerated().map { number, part in
        { @Sendable in
          var walk = TrackedWalk(root: root, known: known)
          try walk.read(output, part)
          let scan = walk.scan
          scans.withLock { $0[number] = scan }
        }
      })
    var whole = TrackedScan()
    for (_, scan) in scans.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { whole.add(scan) }
    return whole
  }

  /// Ranges of whole records.
  private static func parts(of output: [UInt8], _ count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for number in 1...count {
      let end =
        output[max(start, output.count * number / count)...].firstIndex(of: 0).map { $0 + 1 } ?? output.count
      parts.append(start..<end)
      start = end
    }
    return parts
  }

  private mutating func add(_ other: TrackedScan) {
    assumeUnchanged += other.assumeUnchanged
    skipWorktree += other.skipWorktree
    found += other.found
    unknown += other.unknown
    keys += other.keys
    newKeys += other.newKeys
    otherOwners.merge(other.otherOwners) { _, new in new }
    directoryAttributes.merge(other.directoryAttributes) { _, new in new }
    attributeDirectories.formUnion(other.attributeDirectories)
    submodules.formUnion(other.submodules)
    emptyEntries.merge(other.emptyEntries) { _, new in new }
    // Two parts may have directories in common.
    directories.merge(other.directories) { _, new in new }
    subdirectories.formUnion(other.subdirectories)
    special.formUnion(other.special)
    unreadable.merge(other.unreadable) { _, new in new }
  }
}

/// One thread's walk through a part of the index.
private struct TrackedWalk {
  /// In `git ls-files -v -s -z`: `H 100644 <object> 0<tab>path`.
  private static let modeOffset = 2
  private static let idOffset = 9
  private static let pathOffset = 52
  private static let attributesName = Array(".gitattributes".utf8)
  private static let emptyBlob = Array(ObjectID.emptyBlobText.utf8)

  private(set) var scan = TrackedScan()
  private let root: OpenFile?
  private let known: KnownFiles
  private var directory: OpenDirectory?
  /// The directory part of the previous path, with its slash.
  private var prefix: [UInt8] = []

  init(root: OpenFile?, known: KnownFiles) {
    self.root = root
    self.known = known
  }

  mutating func read(_ output: [UInt8], _ part: Range<Int>) throws {
    try output.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      if let root { try visit("", in: root) }
      var start = part.lowerBound
      while start < part.upperBound,
        let length = FileTree.nameLength(UnsafeBufferPointer(rebasing: bytes[start...]))
      {
        let record = UnsafeBufferPointer(start: base + start, count: length)
        if length > Self.pathOffset { try entry(record, at: start) }
        start += length + 1
      }
    }
    directory = nil
  }

  /// - Parameter record: followed by a zero byte.
  private mutating func entry(_ record: UnsafeBufferPointer<UInt8>, at start: Int) throws {
    let letter = record[0]
    if letter != UInt8(ascii: "H") {
      let path = BytePath(record[Self.pathOffset...])
      if letter >= UInt8(ascii: "a") { scan.assumeUnchanged.append(path) }
      if letter == UInt8(ascii: "S") || letter == UInt8(ascii: "s") { scan.skipWorktree.append(path) }
    }
    // 160000, a submodule.
    if record[Self.modeOffset + 1] == UInt8(ascii: "6") {
      scan.submodules.insert(BytePath(record[Self.pathOffset...]))
    }
    if record[Self.idOffset] == UInt8(ascii: "e"), record[Self.idOffset...].starts(with: Self.emptyBlob) {
      let mode = String(decoding: record[Self.modeOffset..<(Self.modeOffset + 6)], as: UTF8.self)
      scan.emptyEntries[BytePath(record[Self.pathOffset...])] = UInt32(mode, radix: 8)
    }
    guard let root else { return }
    var name = record.count
    while record[name - 1] != UInt8(ascii: "/") && name > Self.pathOffset { name -= 1 }
    let parent = UnsafeBufferPointer(rebasing: record[Self.pathOffset..<name])
    if parent.count != prefix.count || !parent.elementsEqual(prefix) { try enter(parent, in: root) }
    if record[name] == UInt8(ascii: "."), record[name...].elementsEqual(Self.attributesName) {
      scan.attributeDirectories.insert(BytePath(parent.dropLast()))
    }
    guard let base = record.baseAddress, let directory else { return }
    let status = UnsafeRawPointer(base + name).withMemoryRebound(to: CChar.self, capacity: 1) {
      directory.status($0)
    }
    if let status, status.kind == .symbolicLink {
      scan.otherOwners[BytePath(record[Self.pathOffset...])] = FileOwner(status)
    }
    if let status, status.kind == .regular {
      // 100755
      let isExecutable = record[Self.modeOffset + 3] == UInt8(ascii: "7")
      scan.found.append(
        TrackedScan.Found(
          offset: UInt32(start + Self.pathOffset), permissions: UInt16(status.permissions),
          isExecutable: isExecutable, owner: FileOwner(status)))
      let key = KnownFiles.key(base + Self.idOffset, status)
      if known.contains(key) {
        scan.keys.append(key)
      } else {
        scan.unknown.append(TrackedScan.Unknown(offset: start + Self.pathOffset, status: status))
      }
    }
  }

  /// Sets `directory` to the one with this path; nil if it is missing, or a link is in its place.
  private mutating func enter(_ parent: UnsafeBufferPointer<UInt8>, in root: OpenFile) throws {
    // Paths come in order, so the directories that both paths have in common have been visited.
    var common = 0
    for (index, (old, new)) in zip(prefix, parent).enumerated() {
      if old != new { break }
      if new == UInt8(ascii: "/") { common = index + 1 }
    }
    prefix = Array(parent)
    // There is nothing below a missing directory.
    if common > 0, scan.directories[BytePath(parent[..<(common - 1)])] == nil {
      directory = nil
      return
    }
    for end in parent.indices[common...] where parent[end] == UInt8(ascii: "/") {
      if try !visit(BytePath(parent[..<end]), in: root) { return }
    }
    // The path is again in a directory whose subdirectories came in between.
    if common == parent.count {
      directory = try? OpenDirectory.open(BytePath(parent.dropLast()), in: root)
    }
  }

  @discardableResult
  private mutating func visit(_ path: BytePath, in root: OpenFile) throws -> Bool {
    let opened: OpenDirectory
    do {
      opened = try OpenDirectory.open(path, in: root)
      try opened.requireSearchable()
    } catch {
      if error.code == EACCES { scan.unreadable[path] = error.reason }
      directory = nil
      return false
    }
    directory = opened
    note(path, try opened.status(), in: root)
    try opened.forEachEntry { name, kind in
      switch kind {
      case .regular
      where name[0] == CChar(bitPattern: UInt8(ascii: ".")) && BytePath(cString: name) == ".gitattributes":
        scan.attributeDirectories.insert(path)
      case .regular, .symbolicLink: break
      case .directory:
        let name = BytePath(cString: name)
        if name != ".git" { scan.subdirectories.insert(path.appending(name)) }
      case .other: scan.special.insert(path.appending(BytePath(cString: name)))
      }
    }
    return true
  }
  private mutating func note(_ path: BytePath, _ status: FileStatus, in root: OpenFile) {
    if !path.isEmpty { scan.directories[path] = status.permissions }
    scan.otherOwners[path] = FileOwner(status)
    let key = KnownFiles.key(ofDirectory: status)
    if known.contains(key) { return scan.keys.append(key) }
    let attributes: ExtendedAttributes
    do { attributes = try ExtendedAttributes.read(root.path.appending(path)) } catch {
      scan.unreadable[path] = error.reason
      return
    }
    if !attributes.isEmpty {
      scan.directoryAttributes[path] = attributes
    } else if known.isSettled(status) {
      scan.newKeys.append(key)
    }
  }
}
