// The journal of an operation holds its service commands, because the settings may have changed when it is taken up again. A
// journal can come with a store that others wrote. So its commands are run only if the settings have the same ones now, or if
// the operation began here: then the commands' digest is in the git directory, beside the user's consents.

import Checkpoints
import ChunkStore

extension ProjectSession {
  /// The service commands, for an operation on everything.
  /// - Throws: `UntrustedCommands` if the committed file has some that the user has not agreed to.
  package func services(_ wanted: GoBackRequest.Services) throws -> ServiceProgress? {
    guard case .run(let revertsOnFailure) = wanted else { return nil }
    let commands = try trustedCommands(of: Set(ServiceStep.allCases))
    return commands.isEmpty ? nil : ServiceProgress(commands, revertsOnFailure: revertsOnFailure)
  }

  private func consent(_ commands: [ServiceCommand]) -> Trust {
    Trust(
      gitDirectory: project.location.commonDirectory,
      items: commands.map { ("operation \($0.step.command.setting.shown())", $0.text) })
  }

  /// Called before an operation begins, whose commands the settings have and the user has agreed to.
  func noteConsent(_ services: ServiceProgress?, _ store: Store) throws {
    guard let commands = services?.commands, !commands.isEmpty else { return }
    let consent = consent(commands)
    if !consent.isGiven { try consent.give(store) }
  }

  /// - Throws: `ForeignCommands`, and `UntrustedCommands` for those of the committed file that the user has not agreed to.
  func requireConsent(_ services: ServiceProgress?) throws {
    guard let commands = services?.commands, !commands.isEmpty, !consent(commands).isGiven else { return }
    let configured = try trustedCommands(of: Set(commands.map(\.step)))
    let others = commands.filter { command in
      !configured.contains { $0.step == command.step && $0.text == command.text }
    }
    if !others.isEmpty { throw ForeignCommands(commands: others) }
  }
}
