// A table of what earlier captures learned about tracked files, which saves the next one several system calls for each file:
// that a file with this inode, size and time of change, and this object in the index, contains what a checkout would write,
// and has nothing besides its mode. Losing the table only costs time.

import Codecs
import FileSystem
import Glibc

struct KnownFiles: Sendable {
  /// What is known about a file.
  enum Finding: UInt64 {
    /// It contains the object's bytes.
    case plain
    /// It contains what git's conversions make of the object.
    case converted
    /// It contains the object's bytes, although git would convert them.
    case unconverted
  }

  private static let magic = Array("known-1\n".utf8)
  /// The largest table, in bytes.
  private static let limit = 256 << 20

  /// A hash table with open addressing; zero marks a free place.
  private let places: [UInt64]
  private let mask: Int
  /// A file that changed after this moment may change again without getting another time.
  private let horizon: timespec

  /// - Parameter file: nil for an empty table.
  init(_ file: BytePath?) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    horizon = now
    let read = file.flatMap { try? Self.read($0) } ?? []
    let isTable = !read.isEmpty && read.count & (read.count - 1) == 0
    places = isTable ? read : [0]
    mask = places.count - 1
  }

  /// The places of a stored table; empty if the file is something else.
  private static func read(_ path: BytePath) throws(SystemError) -> [UInt64] {
    let file = try OpenFile.open(path, flags: O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    let count = (status.byteCount - magic.count) / 8
    var head = [UInt8](repeating: 0, count: magic.count)
    guard status.kind == .regular, status.byteCount <= limit, count > 0,
      try file.bytes(into: &head) == magic.count, head == magic
    else { return [] }
    var failure: SystemError?
    let places = [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SystemError) {
        initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer)) / 8
      } catch { failure = error }
    }
    if let failure { throw failure }
    return places
  }

  func contains(_ key: UInt64) -> Bool {
    places.withUnsafeBufferPointer { places in
      var place = Int(truncatingIfNeeded: key) & mask
      // A damaged table may be full.
      for _ in 0...mask {
        let found = places[place]
        if found == key || found == 0 { return found == key }
        place = (place + 1) & mask
      }
      return false
    }
  }

  /// Whether every later change of the file will change its time.
  func isSettled(_ status: FileStatus) -> Bool {
    // Some file systems store times only to the second, or to two seconds. For others, the clock advances only every few
    // milliseconds.
    let margin = status.changed.tv_nsec == 0 ? 2_000 : 20
    func milliseconds(_ time: timespec) -> Int { time.tv_sec * 1000 + time.tv_nsec / 1_000_000 }
    return milliseconds(status.changed) + margin < milliseconds(horizon)
  }

  /// The key for a file.
  /// - Parameter id: the object's name; its first 16 digits are used.
  static func key(_ id: UnsafeRawPointer, _ status: FileStatus) -> UInt64 {
    var key = mix(id.loadUnaligned(as: UInt64.self), id.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    key = mix(key, UInt64(truncatingIfNeeded: status.byteCount))
    key = mix(key, status.inode)
    key = mix(key, UInt64(truncatingIfNeeded: status.changed.tv_sec) << 32)
    key = mix(key, UInt64(truncatingIfNeeded: status.changed.tv_nsec))
    return key | 1
  }

  /// The key for a directory that has nothing besides its mode.
  static func key(ofDirectory status: FileStatus) -> UInt64 {
    [UInt64](repeating: 0, count: 2).withUnsafeBytes { bytes in
      bytes.baseAddress.map { key($0, status) } ?? 1
    }
  }

  /// The key for a file that git converts.
  /// - Parameter conversion: a hash of everything that decides about the conversion.
  static func key(_ key: UInt64, _ finding: Finding, _ conversion: UInt64) -> UInt64 {
    mix(mix(key, conversion), finding.rawValue) | 1
  }

  static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { RowFingerprint.hash(of: $0) }
  }

  /// Shifts and a multiplication, as in MurmurHash's finalizer.
  @inline(__always)
  private static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    var x = (state &+ 0x9E37_79B9_7F4A_7C15) ^ word
    x = (x ^ (x >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return x ^ (x >> 29)
  }

  /// Writes the table anew, unless so little is new that finding it out again costs less.
  func remember(_ scan: TrackedScan, _ others: [UInt64], in file: BytePath?) {
    guard let file else { return }
    let new = (scan.newKeys + others).filter { !contains($0) }
    if new.count <= max(16, scan.keys.count / 128) { return }
    Self.write(Set(scan.keys).union(scan.newKeys).union(others), to: file)
  }

  /// Replaces the stored table. It is not flushed to the disk, because a crash may lose it.
  private static func write(_ keys: Set<UInt64>, to file: BytePath) {
    var count = 16
    while count < 2 * keys.count { count *= 2 }
    var places = [UInt64](repeating: 0, count: count)
    for key in keys {
      var place = Int(truncatingIfNeeded: key) & (count - 1)
      while places[place] != 0 { place = (place + 1) & (count - 1) }
      places[place] = key
    }
    let files = SystemFileOperations()
    let temporary = ReplacedFile.temporaryPath(for: file)
    do {
      if let parent = file.parent { try FileTree.makeDirectories(parent, mode: 0o700) }
      let output = try files.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try files.write(magic, to: output)
      try places.withUnsafeBytes { try files.write($0, to: output) }
      try files.rename(temporary, to: file)
    } catch {
      // The disk is full, or the store is read-only: the next capture has to find it out again.
      try? FileTree.remove(temporary)
    }
  }
}
