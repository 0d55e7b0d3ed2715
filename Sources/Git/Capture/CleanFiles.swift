// Finds files that git calls clean although a checkout would write other bytes: files with other line ends, keywords or
// encodings than the settings ask for, files written before the attributes were changed, or files that a filter has never
// seen. They are recorded as they are. `KnownFiles` remembers what was learned about a file.

import FileSystem
import Glibc

struct CleanFiles {
  struct Findings {
    /// Files to read and record as they are.
    var toRead: [BytePath] = []
    /// Files that contain their object's bytes, although git would convert them.
    var unconverted: [(path: BytePath, entry: TreeEntry, permissions: UInt32)] = []
    /// The attributes of files that have any.
    var attributes: [BytePath: ExtendedAttributes] = [:]
    /// Files whose attributes could not be read.
    var problems: [CapturedState.Problem] = []
    /// Keys of files that need not be examined the next time.
    var newKeys: [UInt64] = []
  }

  /// A file that git would convert.
  private struct Candidate {
    var path: BytePath
    var entry: TreeEntry
    var status: FileStatus
    var conversion: Conversions.Conversion
    /// nil if nothing about the file may be remembered.
    var key: UInt64?

    var write: PlannedWrite { PlannedWrite(path: path, entry: entry, isRaw: false, permissions: nil) }
  }

  private static let directoryName: BytePath = "checkpoint-clean"
  /// How many bytes are checked out at once.
  private static let batchLimit = 64 << 20

  let location: RepositoryLocation
  let database: ObjectDatabase
  let conversions: Conversions
  let known: KnownFiles
  /// Files with a filter and more bytes than this are not compared: the filter is trusted to make them again.
  let filterLimit: Int
  /// A temporary directory of this capture: others may run at the same time.
  let directory: BytePath

  private var findings = Findings()
  private var candidates: [Candidate] = []

  init(
    _ location: RepositoryLocation, _ database: ObjectDatabase, _ settings: ConversionSettings,
    _ known: KnownFiles, filterLimit: Int
  ) {
    self.location = location
    self.database = database
    self.known = known
    conversions = Conversions(settings, location)
    self.filterLimit = filterLimit
    directory = ReplacedFile.temporaryPath(for: location.gitDirectory.appending(Self.directoryName))
  }

  /// - Parameters:
  ///   - index: the index as a tree.
  ///   - isOther: says which files are not clean, or are not to be recorded.
  mutating func find(
    _ tracked: TrackedScan, in output: [UInt8], index: ObjectID, isOther: (BytePath) -> Bool
  ) throws -> Findings {
    let converted = try conversions.find(
      { tracked.found.map { Self.path(at: Int($0.offset), in: output) } },
      attributesIn: tracked.attributeDirectories)
    var seen: Set<BytePath> = []
    for file in tracked.unknown {
      let path = Self.path(at: file.offset, in: output)
      if !converted.isEmpty { seen.insert(path) }
      if isOther(path) { continue }
      try Interruption.check()
      try look(at: path, file.status, Self.record(at: file.offset, in: output), converted[path])
    }
    // Files that earlier captures know without a conversion.
    for file in tracked.found where !converted.isEmpty {
      let path = Self.path(at: Int(file.offset), in: output)
      guard let conversion = converted[path], !seen.contains(path), !isOther(path),
        let status = try FileTree.status(location.worktree.appending(path)), status.kind == .regular
      else { continue }
      try look(at: path, status, Self.record(at: Int(file.offset), in: output), conversion)
    }
    try compare(index: index, tracked.attributeDirectories)
    return findings
  }

  private static func path(at offset: Int, in output: [UInt8]) -> BytePath {
    BytePath(output[offset...].prefix { $0 != 0 })
  }

  /// The mode and the object. `100644 <object> 0<tab>` precedes the path.
  private static func record(at offset: Int, in output: [UInt8]) -> ArraySlice<UInt8> {
    output[(offset - 50)..<(offset - 3)]
  }

  private mutating func look(
    at path: BytePath, _ status: FileStatus, _ record: ArraySlice<UInt8>,
    _ conversion: Conversions.Conversion?
  ) throws {
    guard let id = ObjectID(String(decoding: record.dropFirst(7), as: UTF8.self)),
      let mode = UInt32(String(decoding: record.prefix(6), as: UTF8.self), radix: 8).flatMap(
        FileMode.init(tolerating:)),
      mode == .regular || mode == .executable
    else { return }
    let key = record.dropFirst(7).withUnsafeBytes { bytes in
      bytes.baseAddress.map { KnownFiles.key($0, status) } ?? 0
    }
    let entry = TreeEntry(mode: mode, id: id)
    if let conversion {
      if known.contains(KnownFiles.key(key, .converted, conversion.signature)),
        !conversion.hasFilter || !isNowhereElse(entry.id)
      {
        return findings.newKeys.append(KnownFiles.key(key, .converted, conversion.signature))
      }
      if known.contains(KnownFiles.key(key, .unconverted, conversion.signature)) {
        findings.newKeys.append(KnownFiles.key(key, .unconverted, conversion.signature))
        return findings.unconverted.append((path, entry, status.permissions))
      }
    }
    let attributes: ExtendedAttributes
    do { attributes = try ExtendedAttributes.read(location.worktree.appending(path)) } catch {
      return findings.problems.append(.init(path: path, reason: "its attributes: \(error.reason)"))
    }
    if !attributes.isEmpty { findings.attributes[path] = attributes }
    let isToBeKnown = attributes.isEmpty && known.isSettled(status)
    if let conversion {
      let candidate = Candidate(
        path: path, entry: entry, status: status, conversion: conversion, key: isToBeKnown ? key : nil)
      candidates.append(candidate)
    } else if let byteCount = try? database.byteCount(of: id) {
      // Missing and damaged objects are not reported here.
      if byteCount != status.byteCount {
        findings.toRead.append(path)
      } else if isToBeKnown {
        findings.newKeys.append(key)
      }
    }
  }

  // MARK: Comparing with what a checkout would write

  private mutating func compare(index: ObjectID, _ attributeDirectories: Set<BytePath>) throws {
    if candidates.isEmpty { return }
    // Directories that killed processes left.
    for name in try FileTree.list(location.gitDirectory)
    where name.hasPrefix(Self.directoryName) && ReplacedFile.isAbandoned(name) {
      try FileTree.remove(location.gitDirectory.appending(name))
    }
    defer { try? FileTree.remove(directory) }
    try FileTree.makeDirectories(directory, mode: 0o700)
    let attributes = try attributeDirectories.map { $0.appending(".gitattributes") }.compactMap { path in
      try database.entry(at: path, in: index).map {
        PlannedWrite(path: path, entry: $0, isRaw: false, permissions: nil)
      }
    }
    candidates.removeAll { (try? database.byteCount(of: $0.entry.id)) == nil }
    let plain = candidates.filter { !$0.conversion.hasFilter }
    let byPath = Dictionary(plain.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let contents = FilteredContents(
      git: location.git, database: database, noIndex: directory.appending("no-index"))
    let rest = try contents.read(plain.map(\.write), attributes: attributes) { write, bytes in
      try Interruption.check()
      guard let candidate = byPath[write.path] else { return }
      try conclude(candidate, isAsCheckedOut: holds(candidate.path, bytes))
    }
    var slow = rest.compactMap { byPath[$0.path] }
    for candidate in candidates where candidate.conversion.hasFilter {
      // A large file with a filter is not compared: the filter can make it again.
      if candidate.status.byteCount > filterLimit { continue }
      if try isUnfiltered(candidate) {
        try conclude(candidate, isAsCheckedOut: false)
      } else {
        slow.append(candidate)
      }
    }
    try checkOut(slow, attributes)
  }

  /// Whether the file must be recorded as it is without running the filter: it contains the object's bytes, such as a pointer
  /// of Git LFS, or Git LFS would have to fetch the contents.
  private func isUnfiltered(_ candidate: Candidate) throws -> Bool {
    try holdsObject(candidate) || isNowhereElse(candidate.entry.id)
  }

  /// Whether Git LFS would have to fetch an object's contents.
  private func isNowhereElse(_ id: ObjectID) -> Bool {
    guard let pointer = LargeFilePointer(id, in: database) else { return false }
    return !FileTree.exists(pointer.path(in: conversions.settings.largeFileStorage(location)))
  }

  /// Lets git check out the files into a directory of ours, in batches, and compares them.
  private mutating func checkOut(_ all: [Candidate], _ attributes: [PlannedWrite]) throws {
    var rest = all[...]
    while !rest.isEmpty {
      try Interruption.check()
      var byteCount = 0
      let batch = rest.prefix { candidate in
        defer { byteCount += candidate.status.byteCount }
        return byteCount < Self.batchLimit
      }
      rest = rest.dropFirst(batch.count)
      let place = directory.appending("batch")
      try FileTree.remove(place)
      try FileTree.makeDirectories(place, mode: 0o700)
      let checkout = FilteredCheckout(git: location.git, directory: place, attributes: attributes)
      let isMade: Bool
      do {
        try checkout.make(batch.map(\.write))
        isMade = true
      } catch is SubprocessError {
        // A filter that fails would not make the files again at a restore either.
        isMade = false
      }
      for candidate in batch {
        let file = checkout.path(of: candidate.write)
        let isSame = try isMade && Self.areEqual(location.worktree.appending(candidate.path), file)
        try conclude(candidate, isAsCheckedOut: isSame)
      }
    }
  }

  private mutating func conclude(_ candidate: Candidate, isAsCheckedOut: Bool) throws {
    let signature = candidate.conversion.signature
    if isAsCheckedOut {
      if let key = candidate.key { findings.newKeys.append(KnownFiles.key(key, .converted, signature)) }
    } else if try holdsObject(candidate) {
      findings.unconverted.append((candidate.path, candidate.entry, candidate.status.permissions))
      if let key = candidate.key { findings.newKeys.append(KnownFiles.key(key, .unconverted, signature)) }
    } else {
      findings.toRead.append(candidate.path)
    }
  }

  private func holdsObject(_ candidate: Candidate) throws -> Bool {
    guard (try? database.byteCount(of: candidate.entry.id)) == candidate.status.byteCount,
      let file = open(location.worktree.appending(candidate.path))
    else { return false }
    let comparison = FileComparison(file)
    do { try database.streamBlob(candidate.entry.id) { try comparison.add($0) } } catch is GitError {
      // The object is damaged, so it is not equal.
      return false
    }
    return try comparison.isEqualToTheEnd()
  }

  private func holds(_ path: BytePath, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
    guard let file = open(location.worktree.appending(path)) else { return false }
    let comparison = FileComparison(file)
    try comparison.add(bytes)
    return try comparison.isEqualToTheEnd()
  }

  private func open(_ path: BytePath) -> OpenFile? {
    try? OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  private static func areEqual(_ left: BytePath, _ right: BytePath) throws -> Bool {
    guard let one = try? OpenFile.open(left, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
      let other = try? OpenFile.open(right, flags: O_RDONLY | O_NOFOLLOW)
    else { return false }
    let comparison = FileComparison(one)
    try other.forEachPiece { try comparison.add($0) }
    return try comparison.isEqualToTheEnd()
  }
}
