// The user's remotes: which there are, and what one looks like from here.

import Checkpoints
import FileSystem
import Remotes

extension ProjectSession {
  package var remotes: [RemotePlace] {
    project.settings.remoteNames.map { name in
      RemotePlace(name: name, url: project.settings[.remoteURL, name] ?? "")
    }
  }

  /// - Parameter name: nil for the only one.
  package func remote(_ name: String?) throws -> RemotePlace {
    let names = remotes.map(\.name)
    guard let name else {
      guard let only = remotes.first else { throw RemoteProblem.none }
      if remotes.count > 1 { throw RemoteProblem.severalRemotes(names) }
      return only
    }
    guard let found = remotes.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw RemoteProblem.unknown(name, known: names)
    }
    return found
  }

  /// Makes the directory a remote, unless it is one, and gives it a name.
  /// - Returns: the same, with the directory's own path.
  package func addRemote(_ named: RemotePlace) throws -> RemotePlace {
    try RemotePlace.checkName(named.name)
    let place = try named.resolved()
    if remotes.contains(where: { $0.name == place.name }) { throw RemoteProblem.exists(place.name) }
    let directory = try place.directory
    // The main working tree is around its git directory, whichever this one is.
    let common = project.location.commonDirectory
    let places = [worktree, common, common.lastComponent == ".git" ? common.parent : nil].compactMap(\.self)
    for own in try places.map(FileTree.canonical) where directory == own || directory.isInside(own) {
      throw RemoteProblem.inside(directory)
    }
    _ = try RemoteDirectory.create(at: directory)
    try note(place)
    return place
  }

  /// Makes it a setting of this repository.
  func note(_ place: RemotePlace) throws {
    try project.location.git.run([
      "config", "--local", BytePath(SettingKey.remoteURL.setting.inGit(place.name)), BytePath(place.url),
    ])
  }

  /// What is in it stays.
  package func removeRemote(_ name: String) throws -> RemotePlace {
    let place = try remote(name)
    let section = String(SettingKey.remoteURL.setting.inGit(place.name).dropLast(".url".count))
    let git = project.location.git
    do { try git.run(["config", "--local", "--remove-section", BytePath(section)]) } catch is SubprocessError
    {
      throw RemoteProblem.setElsewhere(place.name)
    }
    return place
  }

  private func damagedEntries(_ contents: RemoteContents) -> [RemoteProblem] {
    contents.entries.compactMap { entry in
      do {
        _ = try contents.checkpoint(entry)
        return nil
      } catch { return error as? RemoteProblem }
    }
  }

  package func remoteStanding(_ name: String?) throws -> RemoteStanding {
    try covered {
      let place = try remote(name)
      let directory = try RemoteDirectory.open(at: place.directory)
      let contents = try RemoteContents(directory)
      return RemoteStanding(
        place: place, checkpointCount: contents.entries.count, byteCount: contents.byteCount,
        freeByteCount: try directory.freeBytes(),
        damaged: contents.problems.map(\.problem) + damagedEntries(contents))
    }
  }
}
