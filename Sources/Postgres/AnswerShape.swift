// Whether a server keeps to what it was asked for.

import Synchronization

/// Whether a server has answered with the columns that it was asked for.
final class AnswerShape: Sendable {
  private let broken = Atomic<Bool>(false)

  var isBroken: Bool { broken.load(ordering: .relaxed) }

  func markBroken() { broken.store(true, ordering: .relaxed) }
}
