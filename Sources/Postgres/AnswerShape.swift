// Notices a server that leaves out columns that were asked for.

import Synchronization

/// Whether all answers of a connection had the columns that were asked for. Shared by the connection and its rows.
final class AnswerShape: Sendable {
  private let broken = Atomic<Bool>(false)

  var isBroken: Bool { broken.load(ordering: .relaxed) }

  func markBroken() { broken.store(true, ordering: .relaxed) }
}
