// Reads everything that a remote has, and finds out which of its checkpoints could be brought back.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

package struct RemoteVerification {
  package struct Result: Sendable {
    /// Those that are whole.
    package var good: [CheckpointID] = []
    package var bad: [(id: CheckpointID, reason: String)] = []
    /// Files of the remote that are not what their names say.
    package var damaged: [DamagedFile] = []
    package var byteCount = 0
  }

  private let contents: RemoteContents
  private let reader: ChunkReader
  private let progress: any ProgressReporter

  package init(_ contents: RemoteContents, progress: any ProgressReporter) {
    (self.contents, self.progress) = (contents, progress)
    reader = ChunkReader(elsewhere: contents.frame)
  }

  package func run() throws -> Result {
    defer { progress.finish("verify") }
    var result = Result(damaged: contents.damaged)
    var broken: Set<ChunkID> = []
    for (number, (pack, byteCount)) in contents.packs.sorted(by: { "\($0.key)" < "\($1.key)" }).enumerated() {
      progress.update("verify", done: number, total: contents.packs.count, unit: .items)
      do { try check(pack) } catch let problem as RemoteProblem {
        result.damaged.append(DamagedFile(name: RemoteLayout.pack(pack), problem: problem))
        broken.insert(pack)
      }
      result.byteCount += byteCount
    }
    for entry in contents.entries {
      do {
        try check(entry, broken)
        result.good.append(entry.id)
      } catch let error where !(error is Interrupted) {
        result.bad.append((entry.id, "\(error)"))
        if case .damaged? = error as? RemoteProblem, let problem = error as? RemoteProblem {
          result.damaged.append(DamagedFile(name: entry.name, problem: problem))
        }
      }
    }
    return result
  }

  /// Gives damaged files other names, so that what was in them is missing, and is sent again.
  package static func setAside(_ damaged: [DamagedFile], in remote: RemoteDirectory) throws {
    for file in damaged { try remote.setAside(file.name) }
  }

  private func check(_ pack: ChunkID) throws {
    let name = RemoteLayout.pack(pack)
    let hash = SHA256()
    do {
      try contents.remote.open(name).forEachPiece { piece in
        try Interruption.check()
        hash.update(piece)
      }
    } catch let error as SystemError {
      throw contents.problem(name, error.reason)
    }
    guard hash.finish() == pack.digest else {
      throw contents.problem(name, "its SHA-256 is not the one in its name")
    }
  }

  private func check(_ entry: RemoteContents.Entry, _ broken: Set<ChunkID>) throws {
    let checkpoint = try contents.checkpoint(entry)
    let manifest = try checkpoint.decodedManifest()
    func require(_ chunk: ChunkID) throws {
      guard let place = contents.index.places[chunk] else {
        throw RemoteProblem.incomplete(entry.id, "the chunk \(chunk) is in none of its packs")
      }
      if broken.contains(place.pack) {
        throw RemoteProblem.incomplete(entry.id, "its pack \(place.pack) is damaged")
      }
    }
    if let list = manifest.git.changedFiles?.list { try require(list) }
    for record in manifest.sources {
      guard let id = record.document else { continue }
      try require(id)
      guard let list = try reader.document(SourceDocument.self, id).list else { continue }
      try require(list)
      for chunk in try reader.list(list).chunks { try require(chunk.id) }
    }
    for piece in checkpoint.history.flatMap(\.pieces) { try require(piece) }
  }
}
