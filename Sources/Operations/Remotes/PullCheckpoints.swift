// Checkpoints that come from a remote, and the list of those that are there.

import Checkpoints
import ChunkStore
import FileSystem
import Remotes

extension ProjectSession {
  /// - Parameter selectors: ids, names or `latest`; none for all that the remote has.
  package func pull(_ selectors: [String], from name: String?) throws -> PullOutcome {
    try writing(makesStore: true) { opened in
      let place = try remote(name)
      let contents = try RemoteContents(RemoteDirectory.open(at: place.directory))
      let entries = try selectors.isEmpty ? contents.entries : selectors.map { try contents.entry($0) }
      var outcome = PullOutcome(place: place)
      let pull = try RemotePull(contents, into: opened.store, opened.objects(), progress: progress)
      for entry in entries {
        do {
          let isNew = try opened.logged(LoggedOperation(.pull)) {
            let isNew = try pull.pull(entry)
            return (isNew, LogNote(checkpoint: entry.id, isUnchanged: !isNew))
          }
          if isNew {
            outcome.pulled.append(entry.id)
          } else if !(outcome.pulled + outcome.unchanged).contains(entry.id) {
            outcome.unchanged.append(entry.id)
          }
        } catch let problem as RemoteProblem where entries.count > 1 {
          // What is damaged there keeps nothing else from coming.
          outcome.failed.append((entry.id, problem))
        }
      }
      return outcome
    }
  }

  /// - Returns: also those that cannot be read.
  package func listed(
    on name: String
  ) throws -> (place: RemotePlace, found: [ListedOnRemote], damaged: [any Error]) {
    try covered {
      let place = try remote(name)
      let contents = try RemoteContents(RemoteDirectory.open(at: place.directory))
      let catalog = (try? project.openStore()).map { Catalog($0) }
      var (found, damaged): ([ListedOnRemote], [any Error]) = ([], contents.problems.map(\.problem))
      for entry in contents.entries {
        do {
          let (checkpoint, manifest) = try contents.checkpoint(entry)
          found.append(
            ListedOnRemote(
              id: entry.id, manifest: manifest, origin: entry.origin, host: checkpoint.host,
              pushedAt: checkpoint.pushedAt, isHere: catalog?.exists(entry.id) ?? false))
        } catch { damaged.append(error) }
      }
      return (place, found, damaged)
    }
  }
}
