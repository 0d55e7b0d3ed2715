// The cache for lists: the file `listing.cache`, with a record for each checkpoint and the identities of the files that it
// was read from. A record counts only while these are the same. A file that may still change within the same tick of the
// file system's clock is not recorded. If anything is wrong with the cache, it counts as missing.

import ChunkStore
import Codecs
import FileSystem
import Git
import Glibc

struct ListingCache {
  /// Records have numbers instead of these words. A program with other words has another header, and ignores the file.
  private static let header: [UInt8] = {
    let words =
      [
        Kind.allCases.map(\.rawValue), Phase.allCases.map(\.rawValue),
        TestRun.Outcome.allCases.map(\.rawValue),
      ]
    return Array(
      "checkpoint listing 4 \(words.map { $0.joined(separator: ",") }.joined(separator: " "))\n".utf8)
  }()

  private let file: BytePath
  private let store: Store

  init(_ store: Store) {
    self.store = store
    file = store.root.appending("listing.cache")
  }

  /// By name, in byte order; empty if there is no cache, or it is not sound.
  func read() -> [ListingRecord] {
    guard let bytes = FileTree.readIfRegular(file), bytes.starts(with: Self.header) else { return [] }
    let end = bytes.count - SHA256.byteCount
    guard end >= Self.header.count, SHA256.digest(Array(bytes[..<end])).elementsEqual(bytes[end...]) else {
      return []
    }
    return bytes[Self.header.count..<end].withUnsafeBytes { buffer in
      var words = RecordReader(buffer)
      var records: [ListingRecord] = []
      // Each record takes much more than a byte, so a wrong count reserves little.
      records.reserveCapacity(min(max(0, words.take()), buffer.count / 100))
      while !words.isAtEnd {
        guard let record = words.record() else { return [] }
        records.append(record)
      }
      return records
    }
  }

  /// Failures are ignored: without the cache the next list only takes longer. The file need not be durable, because half of
  /// one counts as none.
  func write(_ records: [ListingRecord]) {
    var bytes = Self.header
    bytes.reserveCapacity(records.count * 240 + 200)
    bytes.put(records.count)
    for record in records { bytes.put(record) }
    bytes += SHA256.digest(bytes)
    let temporary = ReplacedFile.temporaryPath(for: file)
    do {
      try store.files.write(
        bytes, to: store.files.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600))
      try store.files.rename(temporary, to: file)
    } catch { try? FileTree.remove(temporary) }
  }
}

// MARK: Records

/// Encodes nil.
private let nothing = Int.min

extension [UInt8] {
  fileprivate mutating func put(_ number: Int) {
    Swift.withUnsafeBytes(of: Int64(number).littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func put(_ text: some Collection<UInt8>) {
    put(text.count)
    append(contentsOf: text)
  }

  fileprivate mutating func put(_ identity: FileIdentity) {
    for number in [identity.byteCount, identity.inode, identity.modified, identity.changed] { put(number) }
  }

  fileprivate mutating func put(_ record: ListingRecord) {
    let (entry, standing) = (record.entry, record.entry.standing ?? .init())
    put(record.name)
    put(record.manifest)
    put(record.notes ?? FileIdentity(byteCount: nothing, inode: 0, modified: 0, changed: 0))
    put(Kind.allCases.firstIndex(of: entry.kind) ?? nothing)
    put(entry.stage.flatMap { Phase.allCases.firstIndex(of: $0.phase) } ?? nothing)
    put((entry.stage?.id ?? "").utf8)
    put(entry.createdAt.millisecondsSinceEpoch)
    put(entry.head?.bytes ?? [])
    put(entry.dirtyCount)
    put(entry.databaseByteCount ?? nothing)
    put(entry.bytesStored)
    put(entry.tests.flatMap { TestRun.Outcome.allCases.firstIndex(of: $0) } ?? nothing)
    let flags = [
      entry.isCommitItself, standing.isSpent, standing.isDamaged, standing.isVerified, standing.isWarm,
      standing.isCritical, standing.isMarkedStable != nil, standing.isMarkedStable == true,
      standing.proof?.isGood == true, standing.rehearsal?.isGood == true, standing.isArchived,
      standing.hasWarmFailure,
    ]
    put(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) })
    put((standing.reservation ?? "").utf8)
    for trial in [standing.proof, standing.rehearsal] {
      put(trial?.at.millisecondsSinceEpoch ?? nothing)
      put(trial?.milliseconds ?? 0)
    }
  }
}

private struct RecordReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  /// The data ended inside a field.
  private var isShort = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset >= bytes.count }

  mutating func take() -> Int {
    guard bytes.count - offset >= 8 else {
      (isShort, offset) = (true, bytes.count)
      return 0
    }
    defer { offset += 8 }
    return Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
  }

  private mutating func text() -> UnsafeRawBufferPointer {
    let count = take()
    guard count >= 0, count <= bytes.count - offset else {
      isShort = true
      return UnsafeRawBufferPointer(rebasing: bytes[..<0])
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }

  private mutating func identity() -> FileIdentity {
    FileIdentity(byteCount: take(), inode: take(), modified: take(), changed: take())
  }

  private mutating func optional() -> Int? {
    let number = take()
    return number == nothing ? nil : number
  }

  private mutating func trial(isGood: Bool) -> ListEntry.Trial? {
    let (at, milliseconds) = (optional(), take())
    return at.map {
      .init(at: Timestamp(millisecondsSinceEpoch: $0), isGood: isGood, milliseconds: milliseconds)
    }
  }

  /// nil if its contents make no sense.
  mutating func record() -> ListingRecord? {
    let name = Array(text())
    let manifest = identity()
    let notes = identity()
    let (kind, phase, stage) = (take(), optional(), String(decoding: text(), as: UTF8.self))
    let (createdAt, head) = (take(), text())
    let (dirtyCount, databases, stored, tests, flags) = (take(), optional(), take(), optional(), take())
    let reservation = String(decoding: text(), as: UTF8.self)
    func flag(_ bit: Int) -> Bool { flags & 1 << bit != 0 }
    let (proof, rehearsal) = (trial(isGood: flag(8)), trial(isGood: flag(9)))
    guard !isShort, let id = Listing.id(of: name), Kind.allCases.indices.contains(kind),
      phase.map(Phase.allCases.indices.contains) ?? true,
      tests.map(TestRun.Outcome.allCases.indices.contains) ?? true,
      [dirtyCount, databases ?? 0, stored].allSatisfy(StoredJSON.numbers.contains),
      createdAt.magnitude <= StoredJSON.numbers.upperBound
    else { return nil }
    let standing = ListEntry.Standing(
      isSpent: flag(1), isDamaged: flag(2), isVerified: flag(3), isWarm: flag(4), isCritical: flag(5),
      isArchived: flag(10), hasWarmFailure: flag(11),
      isMarkedStable: flag(6) ? flag(7) : nil, reservation: reservation.isEmpty ? nil : reservation,
      proof: proof, rehearsal: rehearsal)
    let entry = ListEntry(
      id: id, kind: Kind.allCases[kind], stage: phase.map { .init(id: stage, phase: Phase.allCases[$0]) },
      createdAt: Timestamp(millisecondsSinceEpoch: createdAt), head: ObjectID(bytes: Array(head)),
      dirtyCount: dirtyCount, isCommitItself: flag(0), databaseByteCount: databases, bytesStored: stored,
      tests: tests.map { TestRun.Outcome.allCases[$0] }, standing: standing)
    return ListingRecord(
      name: name, manifest: manifest, notes: notes.byteCount == nothing ? nil : notes, entry: entry)
  }
}
