// What git's index lists, looked at where it lies: flags that hide files from `git status`, exact permissions, and
// which directories there are. It works on git's output in place, without making a path of each file.

import FileSystem
import Glibc

struct TrackedScan {
  struct Found {
    /// Where the path begins in the output.
    var offset: Int
    var permissions: UInt32
    var isExecutable: Bool
  }

  /// In `git ls-files -v -s -z`: `H 100644 <object> 0<tab>path`.
  private static let modeOffset = 2
  private static let idOffset = 9
  private static let pathOffset = 52

  private(set) var assumeUnchanged: [BytePath] = []
  private(set) var skipWorktree: [BytePath] = []
  private(set) var submodules: Set<BytePath> = []
  /// Entries of empty files, with their modes: among them are those that are only intended to be added.
  private(set) var emptyEntries: [BytePath: UInt32] = [:]
  private(set) var found: [Found] = []
  /// Directories on the way to tracked files, as far as they are there.
  private(set) var directories: [BytePath: UInt32] = [:]
  /// Directories in `directories`, tracked or not.
  private(set) var subdirectories: [BytePath] = []
  /// What is neither file, link nor directory.
  private(set) var special: [BytePath] = []
  /// Directories that could not be looked into, with the reason.
  private(set) var unreadable: [(path: BytePath, reason: String)] = []

  private static let emptyBlob = Array(ObjectID.emptyBlobText.utf8)

  private let root: OpenFile?
  private var directory: OpenDirectory?
  /// The directory part of the path before, with its slash.
  private var prefix: [UInt8] = []

  private init(root: OpenFile?) { self.root = root }

  /// - Parameter root: the working tree; nil for the flags alone.
  static func read(_ output: [UInt8], in root: OpenFile?) throws -> TrackedScan {
    var scan = TrackedScan(root: root)
    try output.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      if let root { try scan.visit("", in: root) }
      var start = 0
      while let length = FileTree.nameLength(UnsafeBufferPointer(rebasing: bytes[start...])) {
        let record = UnsafeBufferPointer(start: base + start, count: length)
        if length > pathOffset { try scan.entry(record, at: start) }
        start += length + 1
      }
    }
    scan.directory = nil
    return scan
  }

  /// - Parameter record: followed by a zero byte.
  private mutating func entry(_ record: UnsafeBufferPointer<UInt8>, at start: Int) throws {
    let letter = record[0]
    if letter != UInt8(ascii: "H") {
      let path = BytePath(record[Self.pathOffset...])
      if letter >= UInt8(ascii: "a") { assumeUnchanged.append(path) }
      if letter == UInt8(ascii: "S") || letter == UInt8(ascii: "s") { skipWorktree.append(path) }
    }
    // 160000: a commit of another repository.
    if record[Self.modeOffset + 1] == UInt8(ascii: "6") {
      submodules.insert(BytePath(record[Self.pathOffset...]))
    }
    if record[Self.idOffset] == UInt8(ascii: "e"), record[Self.idOffset...].starts(with: Self.emptyBlob) {
      let mode = String(decoding: record[Self.modeOffset..<(Self.modeOffset + 6)], as: UTF8.self)
      emptyEntries[BytePath(record[Self.pathOffset...])] = UInt32(mode, radix: 8)
    }
    guard let root else { return }
    var name = record.count
    while record[name - 1] != UInt8(ascii: "/") && name > Self.pathOffset { name -= 1 }
    let parent = UnsafeBufferPointer(rebasing: record[Self.pathOffset..<name])
    if parent.count != prefix.count || !parent.elementsEqual(prefix) { try enter(parent, in: root) }
    guard let base = record.baseAddress, let directory else { return }
    let status = UnsafeRawPointer(base + name).withMemoryRebound(to: CChar.self, capacity: 1) {
      directory.examine($0)
    }
    if let status, status.kind == .regular {
      // 100755
      let isExecutable = record[Self.modeOffset + 3] == UInt8(ascii: "7")
      found.append(
        Found(
          offset: start + Self.pathOffset, permissions: status.permissions, isExecutable: isExecutable))
    }
  }

  /// Makes `directory` the one with that path; nil where it is missing, or where a link is in its place.
  private mutating func enter(_ parent: UnsafeBufferPointer<UInt8>, in root: OpenFile) throws {
    // Paths come in order, so what both have in common has been visited.
    var common = 0
    for (index, (old, new)) in zip(prefix, parent).enumerated() {
      if old != new { break }
      if new == UInt8(ascii: "/") { common = index + 1 }
    }
    prefix = Array(parent)
    // Below a directory that is not there is nothing.
    if common > 0, directories[BytePath(parent[..<(common - 1)])] == nil {
      directory = nil
      return
    }
    for end in parent.indices[common...] where parent[end] == UInt8(ascii: "/") {
      if try !visit(BytePath(parent[..<end]), in: root) { return }
    }
    // Back in a directory whose subdirectories came in between.
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
      if error.code == EACCES { unreadable.append((path, error.reason)) }
      directory = nil
      return false
    }
    directory = opened
    if !path.isEmpty { directories[path] = try opened.permissions() }
    try opened.forEachEntry { name, kind in
      switch kind {
      case .regular, .symbolicLink: break
      case .directory:
        let name = BytePath(cString: name)
        if name != ".git" { subdirectories.append(path.appending(name)) }
      case .other: special.append(path.appending(BytePath(cString: name)))
      }
    }
    return true
  }
}
