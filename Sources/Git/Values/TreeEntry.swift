// An entry of a git tree, without its name.

package struct TreeEntry: Hashable, Sendable {
  package var mode: FileMode
  package var id: ObjectID

  package init(mode: FileMode, id: ObjectID) {
    self.mode = mode
    self.id = id
  }
}
