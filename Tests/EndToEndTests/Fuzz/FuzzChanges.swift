// Single changes of the working tree, which both the maker and the scrambler draw.

import FileSystem
import Glibc
import TestSupport

extension FuzzRepository {
  /// For reports: paths can be thousands of bytes long.
  func short(_ path: BytePath) -> String { String(path.description.prefix(60)) }

  /// Adds a file at a new place, if nothing that decides about others is there.
  @discardableResult
  func addFile(mode: UInt32 = 0o644) throws -> BytePath {
    var path = newPath()
    while isFixed(path) { path = newPath() }
    try write(path, random.fileBytes(), mode: mode)
    return path
  }

  /// Other bytes for a file, another target for a link; false if it is neither.
  func edit(_ path: BytePath) throws -> Bool {
    guard isReal(path), let status = try FileTree.status(full(path)) else { return false }
    switch status.kind {
    case .symbolicLink: try link(path, to: random.linkTarget())
    case .regular:
      var bytes = random.edited(try FileTree.readAll(full(path)))
      // Git takes no file into the index whose encoding is broken.
      if path.bytes.suffix(4).elementsEqual(".u16".utf8) { bytes = random.text().flatMap { [$0, 0] } }
      if random.chance(0.5) {
        try overwrite(path, bytes)
      } else {
        try write(path, bytes, mode: status.permissions)
      }
      // As `cp -p` or an archive would do. Git cannot see a change within a second that keeps the size, too.
      if random.chance(0.2), bytes.count != status.byteCount { setModificationTime(path, status.modified) }
      // A file system's clock ticks every few milliseconds. Of a file that git skips it cannot see such a change within a tick.
      if bytes.count == status.byteCount {
        setModificationTime(
          path, timespec(tv_sec: status.modified.tv_sec - 1, tv_nsec: status.modified.tv_nsec))
      }
    case .directory, .other: return false
    }
    return true
  }

  /// False for what is reached through a link: that is not ours.
  func isReal(_ path: BytePath) -> Bool {
    path.ancestors.allSatisfy { (try? kind($0)) == .directory }
  }

  /// A file or link becomes a directory, a link or a file.
  func replaceKind(_ path: BytePath) throws {
    guard isReal(path), let old = try kind(path), old != .directory else { return }
    note("replace \(short(path))")
    switch random.number(0...2) {
    case 0 where path.bytes.count < 3800:
      try write(path.appending("now/a/directory"), random.text())
      if random.chance(0.5) { try write(path.appending("x"), random.text()) }
    case 1 where old == .symbolicLink: try write(path, random.fileBytes())
    default: try link(path, to: random.linkTarget())
    }
  }

  func toggleExecutable(_ path: BytePath) throws {
    guard isReal(path), let status = try FileTree.status(full(path)), status.kind == .regular else { return }
    let mode = status.permissions
    try FileTree.setPermissions(full(path), mode & 0o111 == 0 ? mode | ((mode & 0o444) >> 2) : mode & ~0o111)
  }

  /// The same bytes with another time, so that the index does not know them any more.
  func touch(_ path: BytePath) { setModificationTime(path, timespec(tv_sec: 1_700_000_000, tv_nsec: 5)) }

  /// Another name for the same file.
  func addHardLink(to path: BytePath) throws {
    let new = newPath()
    if isFixed(new) || new.isInside(path) || path.isInside(new) { return }
    try makeRoom(for: new)
    if try kind(path) == .regular {
      _ = full(path).withCString { old in full(new).withCString { Glibc.link(old, $0) } }
    }
  }

  func makeDirectory(_ path: BytePath) throws {
    if try kind(path) == .directory { return }
    try makeRoom(for: path)
    try FileTree.makeDirectories(full(path), mode: 0o755)
  }

  /// Nothing of these is recorded, and nothing of them may be touched.
  func addSpecialFile() throws {
    try makeRoom(for: "special/pipe")
    _ = full("special/pipe").withCString { mkfifo($0, 0o644) }
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = full("special/socket").bytes
    try remove("special/socket")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
