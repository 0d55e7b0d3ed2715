// The manifests and notes of a store, and finding one checkpoint among them by a selector.

import ChunkStore
import Codecs
import FileSystem
import FoundationEssentials
import Git
import Glibc

package enum SelectorProblem: Error, Sendable, CustomStringConvertible {
  case unknown(String, near: [String])
  case ambiguous(String, [String])
  case none
  case noStable(newest: CheckpointID?)

  package var description: String {
    switch self {
    case .unknown(let text, _): "there is no checkpoint “\(BytePath(text))”"
    case .ambiguous(let text, _): "“\(BytePath(text))” means more than one checkpoint"
    case .none: "there is no checkpoint yet"
    case .noStable: "no checkpoint is stable yet"
    }
  }

  package var candidates: [String] {
    switch self {
    case .unknown(_, let near): near
    case .ambiguous(_, let ids): ids
    case .none, .noStable: []
    }
  }
}

package struct UnreadableManifest: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  package var description: String { "the manifest \(path) cannot be read: \(reason)" }
}

package struct Catalog: Sendable {
  package let store: Store

  package init(_ store: Store) { self.store = store }

  package func path(of id: CheckpointID) -> BytePath { store.manifests.appending("\(id).json") }

  package func manifestBytes(_ id: CheckpointID) throws -> [UInt8] {
    try FileTree.readAll(path(of: id), flags: O_NOFOLLOW)
  }

  package func manifest(_ id: CheckpointID) throws -> Manifest {
    do {
      let manifest = try JSON.decode(Manifest.self, from: manifestBytes(id))
      guard manifest.format <= Manifest.currentFormat else {
        throw UnreadableManifest(path: path(of: id), reason: "it has the newer format \(manifest.format)")
      }
      return manifest
    } catch let error as DecodingError {
      throw UnreadableManifest(
        path: path(of: id), reason: "it is not a manifest (\(StoredJSON.summary(error)))")
    } catch let error as SystemError {
      throw UnreadableManifest(path: path(of: id), reason: error.reason)
    }
  }

  package func exists(_ id: CheckpointID) -> Bool { FileTree.exists(path(of: id)) }

  /// Every checkpoint's id, oldest first by the time in it.
  package func ids() throws -> [CheckpointID] {
    try FileTree.list(store.manifests).compactMap { name in
      guard let text = name.exactText, text.hasSuffix(".json") else { return nil }
      return CheckpointID(String(text.dropLast(5)))
    }.sorted()
  }

  /// Every checkpoint that can be read, newest first, each read when it is asked for. Ids tell whole seconds; within one
  /// the manifests tell more.
  package func newestFirst() throws -> some Sequence<Manifest> {
    let seconds = Dictionary(grouping: try ids(), by: \.timestamp).sorted { $0.key > $1.key }
    return seconds.lazy.flatMap { _, ids in
      ids.compactMap { try? manifest($0) }.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
    }
  }

  /// Every checkpoint, oldest first. One that cannot be read does not hide the others.
  /// - Parameter isWanted: by name; the others are not read.
  package func manifests(
    named isWanted: (String) -> Bool = { _ in true }
  ) throws -> (readable: [Manifest], unreadable: [UnreadableManifest]) {
    var readable: [Manifest] = []
    var unreadable: [UnreadableManifest] = []
    for id in try ids() where isWanted(id.name) {
      do { readable.append(try manifest(id)) } catch let error as UnreadableManifest {
        unreadable.append(error)
      }
    }
    return (readable.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }, unreadable)
  }

  /// The newest one for which `condition` holds.
  /// - Throws: `UnreadableManifest` where one that cannot be read may be the one that is meant.
  package func newest(where condition: (Manifest) throws -> Bool) throws -> Manifest? {
    var ids = try ids()
    while let last = ids.last {
      // Those of one second are in order by their contents alone.
      let start = ids.lastIndex { $0.timestamp != last.timestamp }.map { $0 + 1 } ?? 0
      let together = try ids[start...].map { try manifest($0) }
        .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
      if let found = try together.last(where: condition) { return found }
      ids.removeSubrange(start...)
    }
    return nil
  }

  package func digest(of id: CheckpointID) throws -> String {
    SHA256.digest(try manifestBytes(id)).hexadecimal
  }

  // MARK: Notes

  /// - Throws: `UnreadableManifest` for notes that are there and cannot be read: they may name the only copy of
  ///   something, so they are never taken for empty.
  package func notes(_ id: CheckpointID) throws -> Notes {
    let path = store.notes.appending("\(id).json")
    do {
      return try JSON.decode(Notes.self, from: FileTree.readAll(path, flags: O_NOFOLLOW))
    } catch let error as SystemError where error.isMissing {
      return Notes()
    } catch {
      throw UnreadableManifest(
        path: path, reason: "\((error as? SystemError)?.reason ?? "these are no notes")")
    }
  }

  /// Changes what is known of a checkpoint. Several processes may do so at once.
  package func updateNotes(_ id: CheckpointID, _ change: (inout Notes) -> Void) throws {
    let file = store.root.appending("lock.notes")
    guard let lock = try FileLock.acquire(file, .exclusive, waiting: 10) else {
      throw StoreError.busy(store.root)
    }
    defer { withExtendedLifetime(lock) {} }
    var notes = try notes(id)
    change(&notes)
    try store.files.replaceFile(store.notes.appending("\(id).json"), with: JSON.encode(notes))
  }

  /// The records of a checkpoint's sources, with later copies of what was moved aside.
  package func sources(of manifest: Manifest) throws -> [SourceRecord] {
    let notes = try notes(manifest.id)
    guard let secured = notes.secured else { return manifest.sources }
    return manifest.sources.map { record in
      guard var copy = secured.first(where: { $0.name == record.name }) else { return record }
      // The original, as long as it is there, comes back quicker.
      copy.retained = record.retained.flatMap { notes.released?.contains($0) == true ? nil : $0 }
      return copy
    }
  }

  /// The paths of files that the checkpoint holds in the store instead of git.
  package func filesInStore(_ manifest: Manifest) throws -> Set<BytePath> {
    guard let id = manifest.source(ofType: "files")?.document else { return [] }
    let document = try ChunkReader(store).document(SourceDocument.self, id)
    return Set(document.streams.map(\.name))
  }

  // MARK: Selectors

  /// Finds the checkpoint that a selector means: an id, a name, a stage's phase, a bare timestamp,
  /// `latest`, `last-stable`, or a git revision.
  package func select(
    _ text: String, _ stability: Stability, commitAt revision: (String) throws -> ObjectID?
  ) throws -> Manifest {
    if let found = try newest(named: text) { return found }
    let all = try manifests().readable
    let ordinary = all.filter { !$0.kind.isInternal }
    switch text {
    case "latest":
      guard let newest = ordinary.last else { throw SelectorProblem.none }
      return newest
    case "last-stable":
      guard let stable = try ordinary.last(where: { try stability.reason(of: $0) != nil }) else {
        if ordinary.isEmpty { throw SelectorProblem.none }
        throw SelectorProblem.noStable(newest: ordinary.last?.id)
      }
      return stable
    default: break
    }
    if let stage = try? Stage.parse(text),
      let match = all.last(where: { $0.stage.map { Self.matches($0, stage) } ?? false })
    {
      return match
    }
    let sameTime = all.filter { $0.id.timestamp == text }
    if sameTime.count > 1 { throw SelectorProblem.ambiguous(text, sameTime.map(\.id.description)) }
    if let only = sameTime.first { return only }
    if let commit = try revision(text) {
      let there = ordinary.filter { $0.git.head == commit }
      // Who names a release does not mean the work on top of it.
      let clean = stability.tags.tag(of: text) == nil ? nil : there.last { $0.git.isCommitItself }
      if let match = clean ?? there.last { return match }
    }
    // What is there and cannot be read is not unknown.
    if let id = try ids().last(where: { $0.description == text || $0.name == text }) { _ = try manifest(id) }
    throw SelectorProblem.unknown(text, near: Self.near(text, all))
  }

  /// Of an id or a name the others need not be read. What cannot be read is passed over.
  private func newest(named text: String) throws -> Manifest? {
    let ids = try ids()
    if let exact = ids.last(where: { $0.description == text }), let found = try? manifest(exact) {
      return found
    }
    let named = ids.filter { $0.name == text }.compactMap { try? manifest($0) }
    return named.max { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  private static func matches(_ recorded: Stage, _ asked: Stage) -> Bool {
    recorded.phase == asked.phase && recorded.id == asked.id
      && (asked.slug == asked.id || asked.slug == recorded.slug)
  }

  /// The names most like `text`, newest first, at most five.
  private static func near(_ text: String, _ all: [Manifest]) -> [String] {
    let asked = text.lowercased()
    var seen: Set<String> = []
    let candidates = all.reversed().filter { seen.insert($0.name).inserted }.map { manifest in
      let id = manifest.id.description.lowercased()
      let distance = id.contains(asked) ? 0 : EditDistance.between(asked, manifest.name.lowercased())
      return (distance, manifest.id.description)
    }
    return candidates.filter { $0.0 <= max(2, asked.count / 3) }.sorted { $0.0 < $1.0 }.prefix(5).map(\.1)
  }
}
