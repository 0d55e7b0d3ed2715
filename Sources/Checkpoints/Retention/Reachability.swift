// Which chunks the checkpoints of a store need. It is strict: a manifest, note, document or list that cannot be read is an error,
// and never counts as one that needs nothing.

import ChunkStore
import FileSystem
import Synchronization

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
  private let progress: any ProgressReporter
  private let documents = Documents()
  /// The files of those that were read and whose needs cannot grow. Copies of what a rescue moved aside are added to it.
  private var seen: [CheckpointID: FileStatus] = [:]
  /// The chunks that the checkpoints need which were read so far.
  package private(set) var chunks: Set<ChunkID> = []

  package init(_ store: Store, progress: any ProgressReporter) {
    self.progress = progress
    catalog = Catalog(store)
  }

  /// Reads every checkpoint that is there now; those that were read before are only looked at for copies that were added.
  /// - Throws: `Unknown`.
  package mutating func readAll() throws {
    var reasons: [String] = []
    var ids: [CheckpointID] = []
    for name in try FileTree.list(catalog.store.manifests) where !ReplacedFile.isAbandoned(name) {
      if let text = name.exactText, text.hasSuffix(".json"), let id = CheckpointID(String(text.dropLast(5))) {
        ids.append(id)
      } else if !ReplacedFile.isTemporary(name) {
        // A file that is just being written has a temporary name.
        reasons.append("\(name) is not the name of a manifest")
      }
    }
    defer { progress.finish("read checkpoints") }
    try Together.work(
      on: ids,
      makeWorker: { [catalog, documents, seen] in
        let needs = ChunkNeeds(catalog)
        return { id in try Self.read(id, catalog, needs, documents, seen[id]) }
      },
      deliver: { index, outcome in
        progress.update("read checkpoints", done: index, total: ids.count, unit: .items)
        switch outcome {
        case .needs(let needed, let file):
          chunks.formUnion(needed)
          if let file { seen[ids[index]] = file }
        case .unknown(let unknown): reasons += unknown.reasons
        case .nothingNew: break
        }
      })
    if !reasons.isEmpty { throw Unknown(reasons: reasons) }
  }

  private enum Outcome: Sendable {
    /// - Parameter file: the manifest's, if the needs cannot grow.
    case needs(Set<ChunkID>, FileStatus?)
    case nothingNew
    case unknown(Unknown)
  }

  private static func read(
    _ id: CheckpointID, _ catalog: Catalog, _ needs: ChunkNeeds, _ documents: Documents, _ seen: FileStatus?
  ) throws -> Outcome {
    // An id can be given again.
    let file = try FileTree.status(catalog.path(of: id))
    if let file, seen == file { return .nothingNew }
    do {
      let manifest = try catalog.manifest(id)
      let found = try needs.chunks(
        of: manifest, isKnown: { !documents.claim($0) },
        report: { problem in
          switch problem {
          case .notes(let error): throw Unknown(reasons: ["\(error)"])
          case .document(let record, let error):
            throw Unknown(reasons: ["\(id), \(record.name): \(error)"])
          }
        })
      return .needs(found, manifest.kind == .rescue ? nil : file)
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch let error as UnreadableManifest {
      // Deleted since the directory was listed.
      return catalog.exists(id) ? .unknown(Unknown(reasons: ["\(error)"])) : .nothingNew
    }
  }
}

/// The documents that were read, or are being read. That one cannot be read stops everything, so that none is read twice.
private final class Documents: Sendable {
  private let claimed = Mutex<Set<ChunkID>>([])

  /// - Returns: false if it is claimed already.
  func claim(_ id: ChunkID) -> Bool { claimed.withLock { $0.insert(id).inserted } }
}
