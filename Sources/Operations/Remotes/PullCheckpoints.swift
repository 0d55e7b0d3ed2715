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
      let entries = try selectors.isEmpty ? contents.entries : selectors.map { try Self.entry($0, contents) }
      var outcome = PullOutcome(place: place)
      let pull = try RemotePull(contents, into: opened.store, opened.objects(), progress: progress)
      for entry in entries where !(outcome.pulled + outcome.unchanged).contains(entry.id) {
        let isNew = try opened.logged(LoggedOperation(.pull)) {
          let isNew = try pull.pull(entry)
          return (isNew, LogNote(checkpoint: entry.id, isUnchanged: !isNew))
        }
        if isNew { outcome.pulled.append(entry.id) } else { outcome.unchanged.append(entry.id) }
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
      var (found, damaged): ([ListedOnRemote], [any Error]) = ([], contents.damaged.map(\.problem))
      for entry in contents.entries {
        do {
          let checkpoint = try contents.checkpoint(entry)
          found.append(
            ListedOnRemote(
              id: entry.id, manifest: try checkpoint.decodedManifest(), host: checkpoint.host,
              pushedAt: checkpoint.pushedAt, isHere: catalog?.exists(entry.id) ?? false))
        } catch { damaged.append(error) }
      }
      return (place, found, damaged)
    }
  }

  /// The newest of that name, or the one with that id.
  private static func entry(_ selector: String, _ contents: RemoteContents) throws -> RemoteContents.Entry {
    let entries = contents.entries
    let found =
      selector == "latest"
      ? entries.last
      : entries.last { $0.id.description == selector } ?? entries.last { $0.id.name == selector }
    guard let found else {
      if entries.isEmpty { throw SelectorProblem.none }
      let near = entries.reversed().filter { $0.id.description.contains(selector) }.prefix(5)
      throw SelectorProblem.unknown(selector, near: near.map(\.id.description))
    }
    return found
  }
}
