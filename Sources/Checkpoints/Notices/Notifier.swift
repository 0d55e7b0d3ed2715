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
  private let store: Store?
  private let isTrusted: Bool
  private let clock: any Clock
  private let cause: OperationCause

  /// - Parameters:
  ///   - store: nil if it cannot be opened; then each failure is told.
  ///   - isTrusted: whether commands of the committed file may run.
  package init(_ project: Project, _ store: Store?, isTrusted: Bool, clock: any Clock, cause: OperationCause)
  {
    (self.project, self.store, self.isTrusted) = (project, store, isTrusted)
    (self.clock, self.cause) = (clock, cause)
  }

  private var ledger: NoticeLedger? { store.map { NoticeLedger($0) } }

  /// Told once a day, as long as the same goes on.
  package func failed(_ operation: LoggedOperation, _ reason: String) {
    tellOnce(.failed, operation, key: "\(operation)", reason)
  }

  /// It was done, and something about it is not right. Told as often as a failure.
  package func warned(_ operation: LoggedOperation, _ reason: String, about id: CheckpointID?) {
    if clear("\(operation)") { tell(.recovered, operation, Self.words(id), id) }
    tellOnce(.warning, operation, key: "\(operation)\(Self.warning)", reason, id)
  }

  private static let warning = ", warning"

  /// Told if it had failed before, or if the user wants to know of success, too.
  package func succeeded(_ operation: LoggedOperation, about id: CheckpointID?) {
    if recovered(operation, about: id) || (try? project.settings[.notifySuccess]) != true { return }
    tell(.succeeded, operation, Self.words(id), id)
  }

  /// Told if it had failed before.
  /// - Returns: whether it had.
  @discardableResult
  package func recovered(_ operation: LoggedOperation, about id: CheckpointID? = nil) -> Bool {
    clear("\(operation)\(Self.warning)")
    guard clear("\(operation)") else { return false }
    tell(.recovered, operation, Self.words(id), id)
    return true
  }

  /// Tells of everything of a kind that had failed before.
  package func recoveredAll(of kind: OperationKind) {
    for text in ledger?.operations ?? [] {
      let operation = LoggedOperation(text)
      if operation.kind == kind { recovered(operation) }
    }
  }

  /// - Returns: what became of it by each way that is set; none if no way is.
  package func test() throws -> [Delivery] {
    try deliver(
      Notice(
        .test, LoggedOperation(.notify), "If you read this, notices arrive.", project, at: clock.now()))
  }

  private static func words(_ id: CheckpointID?) -> String { id.map { "\($0)" } ?? "done" }

  @discardableResult
  private func clear(_ key: String) -> Bool { (try? ledger?.clear(key)) == true }

  private func tellOnce(
    _ event: Notice.Event, _ operation: LoggedOperation, key: String, _ reason: String,
    _ id: CheckpointID? = nil
  ) {
    // If the ledger cannot be written, telling it again is better than not at all.
    guard (try? ledger?.claim(key, reason, at: clock.now())) ?? true else { return }
    // What did not arrive was not told.
    if !tell(event, operation, reason, id) { clear(key) }
  }

  /// - Returns: whether it arrived by one of the ways at least.
  @discardableResult
  private func tell(
    _ event: Notice.Event, _ operation: LoggedOperation, _ message: String, _ id: CheckpointID?
  ) -> Bool {
    let start = MonotonicTime.now
    let notice = Notice(event, operation, message, project, at: clock.now(), checkpoint: id)
    guard let deliveries = try? deliver(notice) else { return false }
    for delivery in deliveries {
      guard let problem = delivery.problem, let store else { continue }
      OperationsLog(store, of: project).append(
        OperationEntry(
          at: clock.now(), operation: LoggedOperation(.notify), checkpoint: nil, cause: cause,
          seconds: MonotonicTime.now - start, outcome: .failed("\(delivery.way): \(problem)")))
    }
    return deliveries.contains { $0.problem == nil }
  }

  /// - Throws: `Interrupted`
  private func deliver(_ notice: Notice) throws -> [Delivery] {
    let makers: [(name: String, make: () throws -> (any NoticeWay)?)] = [
      ("command", { try NoticeCommand(project, isTrusted: isTrusted) }), ("mail", { NoticeMail(project) }),
      ("webhook", { try NoticeWebhook(project) }),
    ]
    return try makers.compactMap { name, make in
      do {
        guard let way = try make() else { return nil }
        try way.send(notice)
        return Delivery(way: name, problem: nil)
      } catch {
        if error is Interrupted { throw error }
        try Interruption.check()
        return Delivery(
          way: name, problem: "\(error)".split(whereSeparator: \.isNewline).joined(separator: " "))
      }
    }
  }
}
