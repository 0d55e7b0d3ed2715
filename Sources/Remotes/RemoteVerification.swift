// Reads everything that a remote has, and finds out which of its checkpoints could be brought back: every chunk is expanded and
// hashed in every place that an index names.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

package struct RemoteVerification {
  package struct Result: Sendable {
    /// Those that are whole.
    package var good: [CheckpointID] = []
    package var bad: [(id: CheckpointID, reason: String)] = []
    /// Files of the remote that are not what their names say, or cannot be read.
    package var problems: [FileProblem] = []
    /// Places that hold something else than their index says.
    package var wrongPlaces: [WrongPlace] = []
    /// All places of packs that are damaged: also what is whole there has to go elsewhere.
    package var doubtfulPlaces: [WrongPlace] = []
    /// Those whose own files are damaged.
    var damagedEntries: [RemoteContents.Entry] = []
    package var byteCount = 0

    package var isWhole: Bool { bad.isEmpty && problems.isEmpty && wrongPlaces.isEmpty }
  }

  private let contents: RemoteContents
  private let reader: ChunkReader
  private let history: HistoryCheck
  private let progress: any ProgressReporter

  /// - Parameter environment: of git, which looks at its objects.
  package init(
    _ contents: RemoteContents, environment: [String: String], progress: any ProgressReporter
  ) throws {
    (self.contents, self.progress) = (contents, progress)
    history = try HistoryCheck(contents, environment: environment)
    reader = ChunkReader(elsewhere: { try contents.withFrame($0) { $0 } })
  }

  package func run() throws -> Result {
    defer { progress.finish("verify") }
    var result = Result(problems: contents.problems)
    for (number, (name, pack)) in contents.indexes.enumerated() {
      try Interruption.check()
      progress.update("verify", done: number, total: contents.indexes.count, unit: .items)
      try check(pack, listedIn: name, &result)
    }
    // What is left of the places is good.
    contents.distrust(result.wrongPlaces)
    for entry in contents.entries {
      do {
        try check(entry)
        result.good.append(entry.id)
      } catch let error where !(error is Interrupted) {
        result.bad.append((entry.id, "\(error)"))
        if case .damaged? = error as? RemoteProblem { result.damagedEntries.append(entry) }
      }
    }
    return result
  }

  private func check(_ pack: RemoteIndex.Pack, listedIn index: BytePath, _ result: inout Result) throws {
    let name = RemoteLayout.pack(pack.id)
    func add(_ name: BytePath, _ problem: RemoteProblem, isDamage: Bool) {
      if result.problems.contains(where: { $0.name == name }) { return }
      result.problems.append(FileProblem(name: name, problem: problem, isDamage: isDamage))
    }
    let places = pack.chunks.map {
      WrongPlace(chunk: $0.id, place: .init(pack: pack.id, range: $0.range))
    }
    let hash = SHA256()
    do {
      let file = try contents.remote.open(name)
      try file.forEachPiece { piece in
        try Interruption.check()
        hash.update(piece)
      }
      let isWhole = hash.finish() == pack.id.digest
      if !isWhole {
        result.doubtfulPlaces += places
        add(name, contents.damage(name, "its SHA-256 is not the one in its name"), isDamage: true)
      }
      for (chunk, place) in zip(pack.chunks, places) {
        try Interruption.check()
        try file.seek(to: chunk.range.lowerBound)
        var frame = [UInt8](repeating: 0, count: chunk.range.count)
        let count = try frame.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == frame.count && (try? reader.check(chunk.id, in: frame)) != nil { continue }
        result.wrongPlaces.append(place)
        if isWhole {
          add(index, contents.damage(index, "it says of a pack what is not in it"), isDamage: true)
        }
      }
    } catch let error as SystemError {
      add(name, .unreadable(contents.remote.root.appending(name), error.reason), isDamage: false)
      result.wrongPlaces += places
    }
    result.byteCount += pack.byteCount
  }

  private func check(_ entry: RemoteContents.Entry) throws {
    let (checkpoint, manifest) = try contents.checkpoint(entry)
    func require(_ chunk: ChunkID) throws { if !contents.has(chunk) { throw StoreError.chunkMissing(chunk) } }
    do {
      if let list = manifest.git.changedFiles?.list { try require(list) }
      for record in manifest.sources {
        guard let id = record.document else { continue }
        try require(id)
        guard let list = try reader.document(SourceDocument.self, id).list else { continue }
        try require(list)
        for chunk in try reader.list(list).chunks { try require(chunk.id) }
      }
      for piece in checkpoint.history.flatMap(\.pieces) { try require(piece) }
    } catch let error as StoreError { throw RemoteProblem.incomplete(entry.id, "\(error)") }
    try history.check(entry.id, checkpoint, manifest)
  }
}
