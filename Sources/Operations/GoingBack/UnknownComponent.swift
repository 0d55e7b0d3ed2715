// A component that the settings do not have.

package struct UnknownComponent: Error, Sendable, CustomStringConvertible {
  package var name: String
  package var known: [String]

  package var description: String { "no component is called “\(name)”" }
}
