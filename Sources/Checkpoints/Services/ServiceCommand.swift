// The project's own commands around a rollback, as the settings have them: they stop, build, start and try what runs on the
// files and the database. Whether commands of the repository may run is decided elsewhere (`Trust`).

import FileSystem
import Git

package enum ServiceStep: String, Codable, Sendable, CaseIterable {
  case stop, build, start, smoke

  package var command: SettingKey<String?, Never> {
    switch self {
    case .stop: .stopCommand
    case .build: .buildCommand
    case .start: .startCommand
    case .smoke: .smokeCommand
    }
  }

  /// The limit in seconds of this step only.
  package var timeout: SettingKey<Int?, Settings.Invalid> {
    switch self {
    case .stop: .stopTimeout
    case .build: .buildTimeout
    case .start: .startTimeout
    case .smoke: .smokeTimeout
    }
  }
}

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
  /// The commands that are configured, in their order. An empty text switches a committed one off.
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

/// What a command learns about the checkpoint that it runs for, by variables.
package struct CommandEnvironment: Sendable {
  private static let names = ["ID", "NAME", "STAGE", "PHASE", "OPERATION", "STEP", "RESCUE", "REHEARSAL"]

  private var id: CheckpointID?
  private var name: String
  private var stage: Stage?
  package var operation: LoggedOperation
  package var step: String
  package var rescue: CheckpointID?

  package init(_ checkpoint: Manifest, operation: LoggedOperation, step: String, rescue: CheckpointID? = nil)
  {
    (id, name, stage) = (checkpoint.id, checkpoint.name, checkpoint.stage)
    (self.operation, self.step, self.rescue) = (operation, step, rescue)
  }

  /// For a checkpoint that is yet to be taken.
  package init(_ name: CheckpointName, _ stage: Stage, operation: LoggedOperation, step: String) {
    (self.name, self.stage) = (name.description, stage)
    (self.operation, self.step) = (operation, step)
  }

  /// This process's own variables, without those by which a surrounding git hook names its repository and index: the command's
  /// git finds the repository by its directory, and must not write to the index of a commit that is just being made.
  package static var inherited: [String: String] {
    ProcessEnvironment.variables.filter { !GitProgram.repositoryVariables.contains($0.key) }
  }

  package var variables: [String: String] {
    var variables = Self.inherited
    // A surrounding `checkpoint run` has set them for another checkpoint.
    for name in Self.names { variables["CHECKPOINT_\(name)"] = nil }
    variables["CHECKPOINT_ID"] = id?.description
    variables["CHECKPOINT_NAME"] = name
    variables["CHECKPOINT_STAGE"] = stage?.id
    variables["CHECKPOINT_PHASE"] = stage?.phase.rawValue
    variables["CHECKPOINT_OPERATION"] = "\(operation)"
    variables["CHECKPOINT_STEP"] = step
    variables["CHECKPOINT_RESCUE"] = rescue?.description
    return variables
  }
}
