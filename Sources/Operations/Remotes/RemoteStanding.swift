// What a remote looks like from here.

import Remotes

package struct RemoteStanding: Sendable {
  package var place: RemotePlace
  package var checkpointCount: Int
  /// In packs.
  package var byteCount: Int
  package var freeByteCount: Int
  /// Files that are not what their names say.
  package var damaged: [RemoteProblem]
}
