// A checkpoint that another process has deleted since it was looked at.

package struct DeletedMeanwhile: Error, Sendable, CustomStringConvertible {
  package let id: CheckpointID
  package var description: String { "\(id) was deleted meanwhile" }

  init(_ id: CheckpointID) { self.id = id }
}
