// What came of deleting checkpoints.

package struct DeleteOutcome {
  /// The bytes that became free, or why none did: the checkpoints are deleted all the same.
  package let freed: Result<Int, any Error>
}
