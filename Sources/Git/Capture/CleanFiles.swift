// Files that git calls clean, and that a checkout would make otherwise: written with other line ends, keywords or encodings
// than the settings ask for, or before the attributes were changed, or a filter never came to them. They are recorded as
// they are. What was found out about a file once, `KnownFiles` remembers.

import FileSystem
import Glibc

struct CleanFiles {
  struct Findings {
    /// Files to record with the bytes that they have.
    var toRead: [BytePath] = []
    /// Files that have their object's bytes, though git would convert them.
    var unconverted: [(path: BytePath, entry: TreeEntry, permissions: UInt32)] = []
    /// What files have beside their modes.
    var attributes: [BytePath: ExtendedAttributes] = [:]
    /// Files of which it could not be told what they have.
    var problems: [CapturedState.Problem] = []
    /// What need not be looked at the next time.
    var newKeys: [UInt64] = []
  }

  /// A file that git would convert.
  private struct Candidate {
    var path: BytePath
    var entry: TreeEntry
    var status: FileStatus
    var conversion: Conversions.Conversion
    /// nil where it is not to be remembered.
    var key: UInt64?

    var write: PlannedWrite { PlannedWrite(path: path, entry: entry, isRaw: false, permissions: nil) }
  }

  private static let directoryName: BytePath = "checkpoint-clean"
  /// Bytes that are made at once.
  private static let batchLimit = 64 << 20

  let location: RepositoryLocation
  let database: ObjectDatabase
  let conversions: Conversions
  let known: KnownFiles
  /// Larger files of filters are left to these.
  let filterLimit: Int
  /// Made and removed here. Other captures may go on beside this one.
  let directory: BytePath

  private var findings = Findings()
  private var candidates: [Candidate] = []

  init(
    _ location: RepositoryLocation, _ database: ObjectDatabase, _ settings: ConversionSettings,
    _ known: KnownFiles, filterLimit: Int
  ) {
    (self.location, self.database, self.known) = (location, database, known)
    conversions = Conversions(settings, location)
    self.filterLimit = filterLimit
    directory = ReplacedFile.temporaryPath(for: location.gitDirectory.appending(Self.directoryName))
  }

  /// - Parameters:
  ///   - index: the tree of the index.
  ///   - isOther: files that are not clean, or not to be recorded.
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
    // Those that were not converted when they were looked at.
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

  /// `100644 <object> 0<tab>` stands before the path.
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
      // An object that is missing or damaged is not what this is about.
      if byteCount != status.byteCount {
        findings.toRead.append(path)
      } else if isToBeKnown {
        findings.newKeys.append(key)
      }
    }
  }

  // MARK: Against what a checkout would make

  private mutating func compare(index: ObjectID, _ attributeDirectories: Set<BytePath>) throws {
    if candidates.isEmpty { return }
    // What killed processes left.
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
      // What a filter made comes from it again, if it is large.
      if candidate.status.byteCount > filterLimit { continue }
      if try isUnfiltered(candidate) {
        try conclude(candidate, isAsCheckedOut: false)
      } else {
        slow.append(candidate)
      }
    }
    try checkOut(slow, attributes)
  }

  /// Whether a filter would make no difference, or would have to fetch what it makes: of Git LFS, a pointer in the place of
  /// the contents, or contents that are not in its storage.
  private func isUnfiltered(_ candidate: Candidate) throws -> Bool {
    try holdsObject(candidate) || isNowhereElse(candidate.entry.id)
  }

  /// Whether Git LFS would have to fetch an object's contents.
  private func isNowhereElse(_ id: ObjectID) -> Bool {
    guard let pointer = LargeFilePointer(id, in: database) else { return false }
    return !FileTree.exists(pointer.path(in: conversions.settings.largeFileStorage(location)))
  }

  /// Lets git write some files at a time into a directory of ours.
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
        // A filter that fails will not bring the files back.
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
      // A damaged object is not what the file has.
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
