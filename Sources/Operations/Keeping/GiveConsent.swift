// The user's word that what comes with the repository may be used.

import Checkpoints

extension ProjectSession {
  /// - Parameter trust: what the user has read.
  package func giveConsent(to trust: Trust) throws {
    // An interrupted operation may be waiting for this very consent.
    try writing(makesStore: true, isBesidePending: true) { opened in
      try opened.logged(LoggedOperation(.trust)) { (try trust.give(opened.store), LogNote()) }
    }
  }
}
