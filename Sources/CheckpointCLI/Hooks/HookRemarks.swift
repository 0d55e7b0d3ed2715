// What went wrong in the background before, told to the user whose git command the hook belongs to.

import Formatting
import Operations

struct HookRemarks: SessionListener {
  let channel: HookChannel

  func hear(_ event: SessionEvent) {
    guard case .failedInBackground(let failure, secondsAgo: _) = event else { return }
    channel.send(.say("checkpoint: \(failure.job) in the background: \(Format.visible(failure.reason))"))
  }
}
