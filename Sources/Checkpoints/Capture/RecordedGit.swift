// Git's part of a checkpoint that is being taken. Its objects are in quarantine: until they are published, the repository
// has none of them.

import Git

/// Git's state while its objects are in quarantine.
package struct RecordedGit {
  package var captured: CapturedState
  package var objects: ObjectDatabase
  var submodules: SubmoduleCapture?
}
