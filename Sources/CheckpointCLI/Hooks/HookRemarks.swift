// Prints earlier failures in the background for the user whose git command runs the hook.

import Formatting
import Operations

struct HookRemarks: SessionListener {
  let channel: HookChannel

  func hear(_ event: SessionEvent) {
    guard case .failedInBackground(let failure, secondsAgo: _) = event else { return }
    channel.send(.say("checkpoint: \(failure.job) in the background: \(Format.visible(failure.reason))"))
  }
}
