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
      let push = try RemotePush(
        directory, from: opened.store, opened.objects(), clock: clock, progress: progress)
      let (manifests, unreadable) = try opened.chosen(request, push)
      return try opened.logged(LoggedOperation(.push)) {
        var outcome = PushOutcome(place: place, result: try push.push(manifests) { try opened.unpack($0) })
        outcome.unreadable = unreadable
        if request.verifies { try verify(&outcome, manifests, directory, push, opened) }
        let result = outcome.result
        if result.failed.isEmpty && unreadable.isEmpty && outcome.verification?.isWhole != false {
          try? StoreStamp.pushed(opened.store).write(clock.now())
        }
        return (outcome, LogNote(checkpoint: result.pushed.last, isUnchanged: result.pushed.isEmpty))
      }
    }
  }

  /// What is damaged there is sent again, as far as it is here.
  private func verify(
    _ outcome: inout PushOutcome, _ manifests: [Manifest], _ directory: RemoteDirectory, _ push: RemotePush,
    _ opened: OpenProject
  ) throws {
    var found = try verified(RemoteContents(directory))
    if !found.isWhole {
      let again = try push.push(manifests, distrusting: found.wrongPlaces + found.doubtfulPlaces) {
        try opened.unpack($0)
      }
      outcome.result.add(again)
      try RemoteRepair(found, RemoteContents(directory), by: opened.store).run()
      found = try verified(RemoteContents(directory))
    }
    outcome.verification = found
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
    try RemoteVerification(contents, environment: environment, progress: progress).run()
  }
}

extension OpenProject {
  fileprivate func chosen(
    _ request: PushRequest, _ push: RemotePush
  ) throws -> (manifests: [Manifest], unreadable: [UnreadableManifest]) {
    let isWanted: (Manifest) -> Bool
    switch request.which {
    case .selected(let selectors):
      let found = try selectors.map { try select($0) }
      if let rescue = found.first(where: \.kind.isInternal) { throw RemoteProblem.rescue(rescue.id) }
      return (Set(found.map(\.id)).sorted().compactMap { id in found.first { $0.id == id } }, [])
    case .all: isWanted = { _ in true }
    case .ofKind(let kind): isWanted = { $0.kind == kind }
    case .later(let kind):
      let newest = try push.newest(named: kind.rawValue)
      isWanted = { manifest in manifest.kind == kind && newest.map { $0 < manifest.id } ?? true }
    }
    let (readable, unreadable) = try catalog.manifests()
    return (readable.filter { !$0.kind.isInternal && isWanted($0) }, unreadable)
  }
}
