// What a rehearsal found to be wrong.

package struct RehearsalProblem: Encodable, Sendable, CustomStringConvertible {
  /// The step that found it; nil if it is about several.
  package let step: RehearsalStep.Kind?
  private let text: String

  init(_ text: String, in step: RehearsalStep.Kind? = nil) { (self.text, self.step) = (text, step) }

  package var description: String { step.map { "\($0): \(text)" } ?? text }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
