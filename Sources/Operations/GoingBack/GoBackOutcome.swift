// What going back did.

import Checkpoints

package struct GoBackOutcome {
  package let operation: OperationKind
  package let target: Manifest
  package let remarks: [TargetRemark]
  /// Files that lead to another database than before, or would have.
  package let addresses: AddressPlan?
  package let result: RollbackResult
}
