// What was found when everything that must be right was looked at.

package struct Checkup: Sendable {
  package enum State: String, Sendable, Encodable {
    case fine
    /// Worth knowing; nothing is broken.
    case note
    case wrong
    /// It was wrong, and has been put right.
    case mended
  }

  package struct Finding: Sendable, Encodable {
    package var area: String
    package var state: State
    package var text: String
    /// What to do.
    package var remedy: String?

    package init(_ area: String, _ state: State, _ text: String, remedy: String? = nil) {
      (self.area, self.state, self.text, self.remedy) = (area, state, text, remedy)
    }
  }

  package var findings: [Finding] = []

  package init() {}

  package var isHealthy: Bool { findings.allSatisfy { $0.state != .wrong } }
}
