// The error that ends an operation which the user has interrupted.

package struct Interrupted: Error, CustomStringConvertible {
  package init() {}
  package var description: String { "interrupted" }
}
