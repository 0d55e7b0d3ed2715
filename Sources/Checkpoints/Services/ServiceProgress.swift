// The services' part of the journal: the commands as they were configured when the operation began, because files of another
// checkpoint may configure others, and how far they got, there and back.

package struct ServiceProgress: Codable, Sendable {
  package enum State: String, Codable, Sendable { case begun, succeeded, failed }

  package enum Direction: Sendable { case forward, back }

  package var commands: [ServiceCommand]
  package var revertsOnFailure: Bool
  /// By step; a step that is missing has not begun.
  private var forward: [String: State] = [:]
  private var back: [String: State] = [:]
  /// Everything was put back; only services remain to be started.
  package var isPutBack = false

  package init(_ commands: [ServiceCommand], revertsOnFailure: Bool) {
    (self.commands, self.revertsOnFailure) = (commands, revertsOnFailure)
  }

  package subscript(_ direction: Direction, _ step: ServiceStep) -> State? {
    get { direction == .forward ? forward[step.rawValue] : back[step.rawValue] }
    set {
      if direction == .forward { forward[step.rawValue] = newValue } else { back[step.rawValue] = newValue }
    }
  }

  func hasBegun(_ steps: ServiceStep...) -> Bool { steps.contains { self[.forward, $0] != nil } }

  /// Leaves the way back again, if it was begun: what it stopped or built must be built and started once more.
  mutating func turnForward() {
    if back.isEmpty { return }
    forward = forward.filter { $0.key == ServiceStep.stop.rawValue }
    back = [:]
  }

  /// Whether nothing was stopped, built or started.
  var isUntouched: Bool { forward.isEmpty }
}
