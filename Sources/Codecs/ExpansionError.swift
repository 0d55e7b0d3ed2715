// The error of a compressed file that is damaged or cut off.

package struct ExpansionError: Error, Sendable, CustomStringConvertible {
  package var description: String
}
