// Copies of checkpoints on a remote: sent there, and looked at there.

import Checkpoints
import ChunkStore
import FileSystem
import Remotes

extension ProjectSession {
  package func push(_ request: PushRequest) throws -> PushOutcome {
    try reading { opened in
      let place = try remote(request.remote)
      let directory = try RemoteDirectory.open(at: place.directory)
      let manifests = try opened.chosen(request)
      let unpacked = try opened.unpack(manifests)
      defer { withExtendedLifetime(unpacked) {} }
      return try opened.logged(LoggedOperation(.push)) {
        let push = try RemotePush(
          directory, from: opened.store, opened.objects(), clock: clock, progress: progress)
        var outcome = PushOutcome(place: place, result: try push.push(manifests))
        if request.verifies { try opened.verify(&outcome, directory) { try push.push(manifests) } }
        let result = outcome.result
        return (outcome, LogNote(checkpoint: result.pushed.last, isUnchanged: result.pushed.isEmpty))
      }
    }
  }

  /// Reads everything that a remote has.
  package func verifyRemote(
    _ name: String
  ) throws -> (place: RemotePlace, result: RemoteVerification.Result) {
    try covered {
      let place = try remote(name)
      return (place, try verified(RemoteContents(RemoteDirectory.open(at: place.directory))))
    }
  }
}

extension ProjectSession {
  fileprivate func verified(_ contents: RemoteContents) throws -> RemoteVerification.Result {
    try RemoteVerification(contents, progress: progress).run()
  }
}

extension OpenProject {
  fileprivate func chosen(_ request: PushRequest) throws -> [Manifest] {
    switch request.which {
    case .selected(let selectors):
      let found = try selectors.map { try select($0) }
      if let rescue = found.first(where: \.kind.isInternal) { throw RemoteProblem.rescue(rescue.id) }
      let ids = Set(found.map(\.id))
      return ids.sorted().compactMap { id in found.first { $0.id == id } }
    case .all: return try ordinary { _ in true }
    case .ofKind(let kind): return try ordinary { $0 == kind }
    }
  }

  private func ordinary(_ isWanted: (Kind) -> Bool) throws -> [Manifest] {
    let (readable, unreadable) = try catalog.manifests()
    if let first = unreadable.first { throw first }
    return readable.filter { !$0.kind.isInternal && isWanted($0.kind) }
  }

  /// What is damaged there is sent again.
  fileprivate func verify(
    _ outcome: inout PushOutcome, _ directory: RemoteDirectory, pushAgain: () throws -> RemotePush.Result
  ) throws {
    var found = try session.verified(RemoteContents(directory))
    if !found.damaged.isEmpty {
      try RemoteVerification.setAside(found.damaged, in: directory)
      outcome.result.add(try pushAgain())
      found = try session.verified(RemoteContents(directory))
    }
    outcome.verification = found
  }

}
