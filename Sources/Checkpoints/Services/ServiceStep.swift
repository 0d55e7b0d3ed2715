// The steps in which a rollback handles the project's services, each with the settings of its command and time limit.

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

  /// The setting for its time limit in seconds, if that differs from the others'.
  package var timeout: SettingKey<Int?, Settings.Invalid> {
    switch self {
    case .stop: .stopTimeout
    case .build: .buildTimeout
    case .start: .startTimeout
    case .smoke: .smokeTimeout
    }
  }
}
