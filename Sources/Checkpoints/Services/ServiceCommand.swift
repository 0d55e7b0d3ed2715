// The project's own commands around a rollback, as the settings have them: they stop, build, start and try what runs on the
// files and the database. Whether commands of the repository may run is decided elsewhere (`Trust`).

package struct ServiceCommand: Codable, Sendable, Hashable {
  package var step: ServiceStep
  /// For `sh -c`, run in the top of the working tree.
  package var text: String
  /// Seconds.
  package var limit: Int

  package init(step: ServiceStep, text: String, limit: Int) {
    (self.step, self.text, self.limit) = (step, text, limit)
  }
}

extension Settings {
  /// The configured commands, in order. An empty text switches off a committed command.
  package func services() throws -> [ServiceCommand] {
    let usual = try self[.servicesTimeout]
    return try ServiceStep.allCases.compactMap { step in
      guard let text = self[step.command] else { return nil }
      return ServiceCommand(step: step, text: text, limit: try self[step.timeout] ?? usual)
    }
  }

  /// The command that lists which processes run, and its limit in seconds.
  package func processStateCommand() throws -> (text: String, limit: Int)? {
    guard let text = self[.stateCommand] else { return nil }
    return (text, try self[.stateTimeout])
  }
}
