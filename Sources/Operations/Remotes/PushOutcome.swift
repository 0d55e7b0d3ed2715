// What became of a push.

import Remotes

package struct PushOutcome {
  package var place: RemotePlace
  package var result: RemotePush.Result
  /// nil if it was not asked for.
  package var verification: RemoteVerification.Result?
}
