// A project that is made from a remote, on a machine that has nothing of it.

import Checkpoints
import ChunkStore
import FileSystem
import Git
import Remotes

package struct ClonedProject {
  package let project: Project
  package let checkpoint: CheckpointID
  package let hasDatabases: Bool

  /// Makes a repository with the history, branches and tags of a checkpoint, and with that checkpoint in its store. The working
  /// tree is empty yet.
  /// - Parameters:
  ///   - directory: is made, or is empty. If this fails, it is as before.
  ///   - session: makes one for the new project.
  package static func make(
    at directory: BytePath, from named: RemotePlace, _ selector: String, environment: [String: String],
    session: (Project) throws -> ProjectSession
  ) throws -> ClonedProject {
    // Variables of git's that name another repository are not about this one.
    let environment = GitProgram.unnamed(environment)
    // Nothing is made before it is known what from.
    let place = try named.resolved()
    let contents = try RemoteContents(RemoteDirectory.open(at: place.directory))
    let entry = try contents.entry(selector)
    let made = try NewProjectDirectory(directory)
    do {
      try GitProgram(in: made.path, environment: environment).run(["init", "--quiet"])
      let project = try Project.find(from: made.path, environment: environment, .all)
      guard project.location.commonDirectory == made.path.appending(".git") else {
        throw RemoteProblem.notEmpty(made.path)
      }
      let manifest = try session(project).fill(entry, contents)
      try session(project).note(place)
      return ClonedProject(
        project: try Project.find(from: made.path, environment: environment, .all), checkpoint: entry.id,
        hasDatabases: !manifest.data.isEmpty)
    } catch {
      made.discard()
      throw error
    }
  }
}

extension ProjectSession {
  fileprivate func fill(_ entry: RemoteContents.Entry, _ contents: RemoteContents) throws -> Manifest {
    try writing(makesStore: true) { opened in
      let objects = try opened.objects()
      let pull = RemotePull(contents, into: opened.store, objects, progress: progress)
      try opened.logged(LoggedOperation(.pull)) {
        _ = try pull.pull(entry, bringsBranches: true)
        return ((), .about(entry.id))
      }
      let manifest = try opened.catalog.manifest(entry.id)
      if let branch = manifest.git.branch, try objects.target(of: "refs/heads/\(branch)") != nil {
        try location.git.run(["symbolic-ref", "HEAD", BytePath("refs/heads/\(branch)")])
      }
      return manifest
    }
  }

  private var location: RepositoryLocation { project.location }
}
