// The chunks that a checkpoint needs, for counting, and what could not be read of it.

import ChunkStore

struct CheckpointChunks: Sendable {
  let needed: NumberedChunks
  /// By the place of the source in the manifest. Chunks of no source are git's list of changed files.
  let ofSource: [Int: NumberedChunks]
  /// If its contents are in an archive that is there.
  let archive: ArchiveNote?
  let problems: [String]

  init(_ manifest: Manifest, _ needs: ChunkNeeds, _ table: ChunkTable) {
    var (found, problems, archive) = ([String: Set<ChunkID>](), [String](), ArchiveNote?.none)
    let ids = needs.chunks(
      of: manifest,
      examine: { record, document, _, chunks in
        var ofSource = chunks
        if let id = record.document { ofSource.insert(id) }
        // Several records of one name are rare, so the usual case makes no second set.
        found[record.name] = found[record.name].map(ofSource.union) ?? ofSource
      }, noteArchive: { archive = $0 }, report: { problems.append("\(manifest.id): \(Self.text($0))") })
    needed = NumberedChunks(ids, table)
    // The pieces of archived ones are not in the store.
    if archive != nil { for name in found.keys { found[name]?.formIntersection(ids) } }
    ofSource = manifest.sources.enumerated().reduce(into: [:]) { sources, source in
      sources[source.offset] = found[source.element.name].map { NumberedChunks($0, table) }
    }
    (self.archive, self.problems) = (archive, problems)
  }

  private static func text(_ problem: ChunkNeeds.Problem) -> String {
    switch problem {
    case .notes(let error): "\(error)"
    case .document(let record, let error): "\(record.name): \(error)"
    }
  }
}
