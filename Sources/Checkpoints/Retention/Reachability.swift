// Which chunks the checkpoints of a store need. It is strict: a manifest, note, document or list that cannot be read is an error,
// and never counts as one that needs nothing.

import ChunkStore
import FileSystem

package struct Reachability {
  /// What cannot be read.
  package struct Unknown: Error, Sendable, CustomStringConvertible {
    package let reasons: [String]

    package var description: String {
      let more = reasons.count > 3 ? ", and \(reasons.count - 3) more" : ""
      return "what these checkpoints need is not known: \(reasons.prefix(3).joined(separator: "; "))\(more)"
    }
  }

  private let catalog: Catalog
  private let needs: ChunkNeeds
  private let progress: any ProgressReporter
  private var documents: Set<ChunkID> = []
  /// The files of those that were read and whose needs cannot grow. Copies of what a rescue moved aside are added to it.
  private var seen: [CheckpointID: FileStatus] = [:]
  /// The chunks that the checkpoints need which were read so far.
  package private(set) var chunks: Set<ChunkID> = []

  package init(_ store: Store, progress: any ProgressReporter) {
    self.progress = progress
    catalog = Catalog(store)
    needs = ChunkNeeds(catalog)
  }

  /// Reads every checkpoint that is there now; those that were read before are only looked at for copies that were added.
  /// - Throws: `Unknown`.
  package mutating func readAll() throws {
    var reasons: [String] = []
    let names = try FileTree.list(catalog.store.manifests)
    defer { progress.finish("read checkpoints") }
    for (index, name) in names.enumerated() where !ReplacedFile.isAbandoned(name) {
      try Interruption.check()
      progress.update("read checkpoints", done: index, total: names.count, unit: .items)
      guard let text = name.exactText, text.hasSuffix(".json"),
        let id = CheckpointID(String(text.dropLast(5)))
      else {
        // A file that is just being written has a temporary name.
        if !ReplacedFile.isTemporary(name) { reasons.append("\(name) is not the name of a manifest") }
        continue
      }
      do { try read(id) } catch let unknown as Unknown { reasons += unknown.reasons }
    }
    if !reasons.isEmpty { throw Unknown(reasons: reasons) }
  }

  private mutating func read(_ id: CheckpointID) throws {
    // An id can be given again.
    let file = try FileTree.status(catalog.path(of: id))
    if let file, seen[id] == file { return }
    let manifest: Manifest
    do { manifest = try catalog.manifest(id) } catch let error as UnreadableManifest {
      // Deleted since the directory was listed.
      if !catalog.exists(id) { return }
      throw Unknown(reasons: ["\(error)"])
    }
    let known = documents
    let found = try needs.chunks(of: manifest, isKnown: known.contains) { problem in
      switch problem {
      case .notes(let error): throw Unknown(reasons: ["\(error)"])
      case .document(let record, let error):
        throw Unknown(reasons: ["\(id), \(record.name): \(error)"])
      }
    }
    chunks.formUnion(found)
    let records = try catalog.sources(of: manifest)
    documents.formUnion(records.compactMap(\.document))
    if manifest.kind != .rescue { seen[id] = file }
  }
}
