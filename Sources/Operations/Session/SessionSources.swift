// A session's data sources, and what its user has agreed to of what comes with the repository.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting

extension ProjectSession {
  /// Where this project's data sources are looked for.
  package var place: SourcePlace {
    let (project, clock) = (project, clock)
    var place = SourcePlace(
      project, clock: clock, isTrusted: { try Self.trust(in: project, clock).isGiven },
      isTracked: Self.isTracked(in: project))
    place.address = choice.address
    place.clientPrefix = choice.clientPrefix
    place.patience = choice.patience
    return place
  }

  /// The project's sources; none if the user leaves them out.
  package func sources(for purpose: SourcePurpose) throws -> [any DataSource] {
    try find(for: purpose).map { found in
      for remark in found.remarks { listener.hear(.sourceNote(remark)) }
      return found.source
    }
  }

  /// The same, without notes for the user.
  func find(for purpose: SourcePurpose) throws -> [FoundSource] {
    choice.leavesOut ? [] : try SourceKinds.find(in: place, for: purpose)
  }

  /// Signs of sources that the project may have and that are not found.
  package func clues() -> SourceClues { SourceKinds.clues(in: place) }

  // MARK: Consent

  /// What comes with the repository and needs the user's consent.
  package var trust: Trust { get throws { try Self.trust(in: project, clock) } }

  static func trust(in project: Project, _ clock: any Clock) throws -> Trust {
    let place = SourcePlace(project, clock: clock, isTrusted: { false }, isTracked: isTracked(in: project))
    return Trust(in: project, addresses: try SourceKinds.committedAddresses(in: place))
  }

  /// Whether git has a file of the top directory. If git cannot tell, it counts as one that came with the repository.
  private static func isTracked(in project: Project) -> @Sendable (BytePath) throws -> Bool {
    let git = project.location.git.at(project.location.worktree)
    return { path in
      do {
        return try !git.run(["--literal-pathspecs", "ls-files", "-z", "--", path]).isEmpty
      } catch let error as Interrupted { throw error } catch { return true }
    }
  }

  /// Whether the commands of the committed file may run.
  package var isTrusted: Bool { get throws { try trust.isGiven } }

  // MARK: The project's commands

  /// The service commands of some steps.
  /// - Throws: `UntrustedCommands` if the committed file has some that the user has not agreed to.
  func trustedCommands(of steps: Set<ServiceStep>) throws -> [ServiceCommand] {
    let commands = try project.settings.services().filter { steps.contains($0.step) }
    let committed = commands.filter { project.settings.isFromCommittedFile($0.step.command) }
    if try !committed.isEmpty && !isTrusted {
      throw UntrustedCommands(
        committed.map { ($0.step.command.setting.shown(), Format.visible($0.text)) }, of: .services)
    }
    return commands
  }

  /// The command that shows which processes run. Without consent a checkpoint is taken without it.
  func processStateCommand(_ sources: [any DataSource]) throws -> ProcessStateCommand? {
    guard let (text, limit) = try project.settings.processStateCommand() else { return nil }
    if try project.settings.isFromCommittedFile(.stateCommand) && !isTrusted {
      listener.hear(.untrustedStateCommand(text))
      return nil
    }
    var command = ProcessStateCommand(text: text, limit: limit, in: project)
    command.secrets = secrets(of: sources)
    return command
  }

  /// What no output that checkpoints keep may show.
  func secrets(of sources: [any DataSource]) -> [String] {
    sources.flatMap(\.secrets) + [environment["PGPASSWORD"]].compactMap { $0 }
      + DotEnv.secrets(in: worktree, environment: environment)
  }

  // MARK: The background worker

  /// Starts the worker, unless the settings switch it off. It never makes the operation fail. Without a data source there is nothing
  /// to do in the background.
  /// - Returns: false if nothing will be done in the background.
  @discardableResult
  func startWorker(_ store: Store) -> Bool {
    do {
      guard try project.settings[.background] else { return false }
      try background.start(choice, for: project, store)
      return true
    } catch {
      listener.hear(.workerNotStarted(error))
      return false
    }
  }
}
