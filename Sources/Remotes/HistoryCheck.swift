// Whether git takes the packs of a remote, and finds in them all that checkpoints there need: in a repository of its own, which goes
// away afterwards.

import Checkpoints
import ChunkStore
import FileSystem
import Git

final class HistoryCheck {
  private let directory: BytePath
  private let objects: ObjectDatabase
  private let contents: RemoteContents
  private var taken: Set<[ChunkID]> = []
  private var whole: Set<ObjectID> = []

  /// - Parameter environment: of git, and with the directory for temporary files.
  init(_ contents: RemoteContents, environment: [String: String]) throws {
    self.contents = contents
    let environment = GitProgram.unnamed(environment)
    directory = try ScratchDirectory.make("checkpoint-verify-", in: ScratchDirectory.parent(in: environment))
    do {
      try GitProgram(in: directory, environment: environment).run(["init", "--quiet"])
      objects = try ObjectDatabase.open(
        RepositoryLocation.discover(from: directory, environment: environment))
    } catch {
      try? FileTree.remove(directory)
      throw error
    }
  }

  deinit { try? FileTree.remove(directory) }

  /// - Throws: `RemoteProblem` if it could not be brought back.
  func check(_ id: CheckpointID, _ checkpoint: RemoteCheckpoint, _ manifest: Manifest) throws {
    let packs = RemoteHistory(contents, objects)
    for pack in checkpoint.history where taken.insert(pack.pieces).inserted {
      _ = try packs.take(pack, of: id)
    }
    // What earlier ones lead to is known to be whole.
    let tips = Set(checkpoint.refs.values).subtracting(whole).sorted { "\($0)" < "\($1)" }
    guard try objects.hasAll(below: tips) else {
      throw RemoteProblem.incomplete(id, "some of git's objects are not in its packs")
    }
    try objects.createRefs(tips.map { ("refs/whole/\($0)", $0) })
    whole.formUnion(tips)
    do {
      try AdoptedCheckpoint.check(manifest, checkpoint.manifestBytes, checkpoint.ownRefs(of: id), objects)
    } catch let error as AdoptedCheckpoint.WrongRefs { throw RemoteProblem.incomplete(id, "\(error)") }
  }
}
