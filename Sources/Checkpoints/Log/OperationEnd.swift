// The two ways to end an interrupted operation.

package enum OperationEnd: String, Sendable, CaseIterable {
  case finished = "--continue"
  case takenBack = "--abort"
}
