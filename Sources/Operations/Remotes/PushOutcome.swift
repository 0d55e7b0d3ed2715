// What became of a push.

import Checkpoints
import Remotes

package struct PushOutcome {
  package var place: RemotePlace
  package var result: RemotePush.Result
  /// Manifests that cannot be read; they do not keep the others from being pushed.
  package var unreadable: [UnreadableManifest] = []
  /// nil if it was not asked for.
  package var verification: RemoteVerification.Result?
}
