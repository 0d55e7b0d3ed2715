// All checkpoints as a list shows them. Listing ten thousand must take little time, so files that are unchanged come from a
// cache and only the others are read. Every file is still looked at, so the list shows what is really there.

import ChunkStore
import FileSystem
import Glibc

package struct Listing: Sendable {
  /// Oldest first.
  package let entries: [ListEntry]
  /// Manifests that cannot be read; they do not hide the others.
  package let unreadable: [UnreadableManifest]

  /// With this many new records the cache is written again.
  static let worthSaving = 32

  package static func read(_ store: Store) throws -> Listing {
    // Taken before any file is looked at, so that later changes show.
    let now = FileIdentity.now()
    let beside = Pending { (try DirectoryFiles(store.notes), ListingCache(store).read()) }
    let listed = Result { try DirectoryFiles(store.manifests) }
    let (notes, cached) = try beside.get()
    let manifests = try listed.get()
    var reading = Reading(notes: notes, cached: cached, catalog: Catalog(store), now: now)
    for file in manifests.files { try reading.take(manifests.name(of: file), file.identity) }
    if reading.newCount >= worthSaving { ListingCache(store).write(reading.records) }
    return Listing(entries: sorted(reading.entries), unreadable: reading.unreadable)
  }

  /// Sorts numbers, and moves each entry only once.
  private static func sorted(_ entries: [ListEntry]) -> [ListEntry] {
    let keys = entries.indices.map { (entries[$0].createdAt.millisecondsSinceEpoch, $0) }
    return keys.sorted { left, right in
      left.0 == right.0 ? entries[left.1].id < entries[right.1].id : left.0 < right.0
    }.map { entries[$0.1] }
  }

  /// nil for a file that is no manifest.
  static func id(of name: [UInt8]) -> CheckpointID? {
    guard name.suffix(5).elementsEqual(".json".utf8) else { return nil }
    return String(validating: name.dropLast(5), as: UTF8.self).flatMap { CheckpointID($0) }
  }

  /// One pass over three lists that are in the same order.
  private struct Reading {
    private let notes: DirectoryFiles
    private let cached: [ListingRecord]
    private let catalog: Catalog
    private let now: timespec
    private var nextNote = 0
    private var nextCached = 0

    private(set) var entries: [ListEntry] = []
    private(set) var unreadable: [UnreadableManifest] = []
    /// The records to be cached.
    private(set) var records: [ListingRecord] = []
    private(set) var newCount = 0

    init(notes: DirectoryFiles, cached: [ListingRecord], catalog: Catalog, now: timespec) {
      (self.notes, self.cached, self.catalog, self.now) = (notes, cached, catalog, now)
      records.reserveCapacity(cached.count)
      entries.reserveCapacity(cached.count)
    }

    /// - Parameter name: of a file in the manifests' directory. Called in byte order of names.
    mutating func take(_ name: [UInt8], _ identity: FileIdentity) throws {
      let note = note(name)
      while nextCached < cached.count, BytePath(cached[nextCached].name) < BytePath(name) { nextCached += 1 }
      if nextCached < cached.count {
        let record = cached[nextCached]
        if record.name == name && record.manifest == identity && record.notes == note {
          entries.append(record.entry)
          records.append(record)
          return
        }
      }
      try read(name, identity, note)
    }

    private mutating func note(_ name: [UInt8]) -> FileIdentity? {
      while nextNote < notes.files.count {
        let order = notes.order(notes.files[nextNote], name)
        if order == 0 { return notes.files[nextNote].identity }
        if order > 0 { return nil }
        nextNote += 1
      }
      return nil
    }

    private mutating func read(_ name: [UInt8], _ identity: FileIdentity, _ note: FileIdentity?) throws {
      guard let id = Listing.id(of: name) else { return }
      let manifest: Manifest
      do { manifest = try catalog.manifest(id) } catch let error as UnreadableManifest {
        // It may have been deleted just now.
        if (try? FileTree.status(catalog.path(of: id))) ?? nil != nil { unreadable.append(error) }
        return
      }
      let entry = ListEntry(manifest, try? catalog.notes(id))
      entries.append(entry)
      // A file that cannot be read is tried again each time, and so is one that may have changed while it was read.
      guard entry.standing != nil, manifest.id == id, identity.isSettled(at: now),
        note?.isSettled(at: now) != false
      else { return }
      records.append(ListingRecord(name: name, manifest: identity, notes: note, entry: entry))
      newCount += 1
    }
  }
}
