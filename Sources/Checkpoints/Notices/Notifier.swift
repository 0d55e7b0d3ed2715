// Notifies the user of what hooks, the schedule and the background worker did. If a notice does not arrive, that is in the log, and
// changes nothing else.

import ChunkStore
import FileSystem

package struct Notifier {
  /// What became of a notice by one way.
  package struct Delivery: Sendable {
    /// As the setting is called.
    package let way: String
    /// nil if it arrived.
    package let problem: String?
  }

  private let project: Project
  private let store: Store
  private let isTrusted: Bool
  private let clock: any Clock
  private let cause: OperationCause

  /// - Parameter isTrusted: whether commands of the committed file may run.
  package init(_ project: Project, _ store: Store, isTrusted: Bool, clock: any Clock, cause: OperationCause) {
    (self.project, self.store, self.isTrusted) = (project, store, isTrusted)
    (self.clock, self.cause) = (clock, cause)
  }

  /// Told once a day, as long as it goes on.
  package func failed(_ operation: LoggedOperation, _ reason: String) {
    // If the ledger cannot be written, telling it again is better than not at all.
    guard (try? NoticeLedger(store).noteFailure(of: "\(operation)", at: clock.now())) ?? true else { return }
    tell(.failed, operation, reason)
  }

  package func warned(_ operation: LoggedOperation, _ reason: String, about id: CheckpointID?) {
    let key = "\(operation), warning"
    guard (try? NoticeLedger(store).noteFailure(of: key, at: clock.now())) ?? true else { return }
    tell(.warning, operation, reason, id)
  }

  /// Told if it had failed before, or if the user wants to know of success, too.
  package func succeeded(_ operation: LoggedOperation, about id: CheckpointID?) {
    if recovered(operation, about: id) || (try? project.settings[.notifySuccess]) != true { return }
    tell(.succeeded, operation, Self.words(id), id)
  }

  /// Told if it had failed before.
  /// - Returns: whether it had.
  @discardableResult
  package func recovered(_ operation: LoggedOperation, about id: CheckpointID? = nil) -> Bool {
    let ledger = NoticeLedger(store)
    _ = try? ledger.noteSuccess(of: "\(operation), warning")
    guard (try? ledger.noteSuccess(of: "\(operation)")) == true else { return false }
    tell(.recovered, operation, Self.words(id), id)
    return true
  }

  private static func words(_ id: CheckpointID?) -> String { id.map { "\($0)" } ?? "done" }

  /// - Returns: what became of it by each way that is set; none if no way is.
  package func test() -> [Delivery] {
    deliver(
      Notice(.test, LoggedOperation(.notify), "If you read this, notices arrive.", project, at: clock.now()))
  }

  private func tell(
    _ event: Notice.Event, _ operation: LoggedOperation, _ message: String, _ id: CheckpointID? = nil
  ) {
    let start = MonotonicTime.now
    let notice = Notice(event, operation, message, project, at: clock.now(), checkpoint: id)
    for delivery in deliver(notice) {
      guard let problem = delivery.problem else { continue }
      OperationsLog(store).append(
        OperationEntry(
          at: clock.now(), operation: LoggedOperation(.notify), checkpoint: nil, cause: cause,
          seconds: MonotonicTime.now - start, outcome: .failed("\(delivery.way): \(problem)")))
    }
  }

  private func deliver(_ notice: Notice) -> [Delivery] {
    let makers: [(name: String, make: () throws -> (any NoticeWay)?)] = [
      ("command", { try NoticeCommand(project, isTrusted: isTrusted) }), ("mail", { NoticeMail(project) }),
      ("webhook", { try NoticeWebhook(project) }),
    ]
    return makers.compactMap { name, make in
      do {
        guard let way = try make() else { return nil }
        try way.send(notice)
        return Delivery(way: name, problem: nil)
      } catch {
        return Delivery(way: name, problem: "\(error)".replacing("\n", with: " "))
      }
    }
  }
}
