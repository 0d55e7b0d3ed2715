// The service commands of an interrupted operation stand in its journal, because afterwards the settings may be others. A
// journal can come with a store that is not the user's, so what it says is run only if the settings say the same now, or the
// operation began here: then its commands' digest is in the git directory, with what the user has agreed to.

import Checkpoints
import ChunkStore
import FileSystem

/// Service commands of a journal that neither the settings nor an operation of ours has put there.
struct ForeignCommands: Error, CustomStringConvertible {
  var commands: [ServiceCommand]
  var description: String {
    "the journal of the interrupted operation wants to run commands that are not configured here"
  }
}

extension Workspace {
  private func consent(_ commands: [ServiceCommand]) -> Trust {
    Trust(
      gitDirectory: project.location.commonDirectory,
      items: commands.map { ("operation \($0.step.settingsKey)", $0.text) }, isOfSettingsOnly: true)
  }

  /// Called before an operation begins, whose commands the settings have and the user has agreed to.
  func noteConsent(_ services: ServiceProgress?, _ store: Store) throws {
    guard let commands = services?.commands, !commands.isEmpty else { return }
    let consent = consent(commands)
    if !consent.isGiven { try consent.give(store) }
  }

  /// - Throws: `ForeignCommands`, and `UntrustedCommands` for those of the committed file that nobody has agreed to.
  func requireConsent(_ services: ServiceProgress?) throws {
    guard let commands = services?.commands, !commands.isEmpty, !consent(commands).isGiven else { return }
    let configured = try trustedCommands(of: Set(commands.map(\.step)))
    let others = commands.filter { command in
      !configured.contains { $0.step == command.step && $0.text == command.text }
    }
    if !others.isEmpty { throw ForeignCommands(commands: others) }
  }
}
