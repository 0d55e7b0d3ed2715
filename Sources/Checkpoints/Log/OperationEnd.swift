// The two ways out of an operation that was interrupted.

package enum OperationEnd: String, Sendable, CaseIterable {
  case finished = "--continue"
  case takenBack = "--abort"
}
