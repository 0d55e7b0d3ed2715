// What every data source promises, tried on any of them: what was recorded comes back, whatever happens on the way, and undo
// brings back what was there before. A kill between two steps is played by letting go of the restoration and making a new one
// from what the journal would know.

import Checkpoints
import ChunkStore
import FileSystem

package enum SourcePromise: String, CaseIterable, Sendable {
  case recordedContentsComeBack
  case undoBringsBackWhatWasReplaced
  case emptyContentsComeBack
  case aKillAfterStagingIsResumed
  case aKillAfterActivationIsResumed
  case aKillAfterStagingIsReverted
  case aKillAfterActivationIsReverted
  case everyStepCanBeRepeated
  case recordingChangesNothing
  case sameContentsAreTheSame
  case whatCannotBeReadIsAnError
  case twoRecordingsAtOnceHoldTheSame
}

package struct SourceContract: Sendable {
  package struct Broken: Error, CustomStringConvertible {
    package var description: String
  }

  private let subject: any ContractSubject
  private let store: Store
  private let directory: TemporaryDirectory
  private let clock = FixedClock()

  package init(_ subject: any ContractSubject) throws {
    self.subject = subject
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.appending("store"))
  }

  /// - Throws: `Broken`, or what the source throws.
  package func check(_ promise: SourcePromise) throws {
    try subject.change(1)
    switch promise {
    case .recordedContentsComeBack:
      let (record, wanted) = (try record(), try subject.picture())
      try subject.change(2)
      _ = try restore(record)
      try require(wanted, "restored")
    case .undoBringsBackWhatWasReplaced:
      let record = try record()
      try subject.change(2)
      let replaced = try subject.picture()
      let rescue = try restore(record)
      _ = try restore(rescue)
      try require(replaced, "undone")
    case .emptyContentsComeBack:
      try subject.clear()
      let (record, wanted) = (try record(), try subject.picture())
      try subject.change(2)
      let replaced = try subject.picture()
      let rescue = try restore(record)
      try require(wanted, "restored to nothing")
      _ = try restore(rescue)
      try require(replaced, "undone")
    case .aKillAfterStagingIsResumed: try killed(after: .staging, isReverted: false)
    case .aKillAfterActivationIsResumed: try killed(after: .activation, isReverted: false)
    case .aKillAfterStagingIsReverted: try killed(after: .staging, isReverted: true)
    case .aKillAfterActivationIsReverted: try killed(after: .activation, isReverted: true)
    case .everyStepCanBeRepeated: try repeated()
    case .recordingChangesNothing:
      let before = try subject.picture()
      _ = try record()
      try require(before, "recorded")
    case .sameContentsAreTheSame:
      let (one, other) = (try record(), try record())
      try subject.change(2)
      let changed = try record()
      guard try subject.source.holdsSame(one, as: other, in: store) else {
        throw Broken(description: "two records of the same contents differ")
      }
      guard try !subject.source.holdsSame(one, as: changed, in: store) else {
        throw Broken(description: "records of different contents are the same")
      }
    case .whatCannotBeReadIsAnError:
      guard let end = try subject.obstruct() else { return }
      let result = Result { try record() }
      try end()
      if case .success(let record) = result, record.unreadable == nil {
        throw Broken(description: "what could not be read was recorded without a word")
      }
    case .twoRecordingsAtOnceHoldTheSame:
      let others = (0..<2).map { _ in Pending { try record() } }
      let records = try others.map { try $0.get() }
      guard try subject.source.holdsSame(records[0], as: records[1], in: store) else {
        throw Broken(description: "two records of one moment differ")
      }
    }
  }

  private func require(_ wanted: String, _ what: String) throws {
    let found = try subject.picture()
    if found != wanted {
      throw Broken(description: "\(what), it is\n\(found.prefix(2000))\ninstead of\n\(wanted.prefix(2000))")
    }
  }

  // MARK: Recording and restoring

  private func record(_ source: (any DataSource)? = nil) throws -> SourceRecord {
    let session = try ChunkSession(store)
    defer { session.end() }
    let record = try (source ?? subject.source).openSnapshot().capture(
      into: session, progress: SilentProgress())
    try session.commit()
    return record
  }

  private func token() -> String {
    clock.advance(seconds: 1)
    return OperationToken.make(at: clock.now())
  }

  private func restoration(
    _ record: SourceRecord, _ token: String, isResuming: Bool = false, begun: RestoreState? = nil
  ) throws -> any SourceRestoration {
    var context = RestoreContext(
      store: store, token: token, isResuming: isResuming, progress: SilentProgress())
    context.begun = begun
    return try subject.source.restoration(of: record, context: context)
  }

  private func rescue(_ restoration: any SourceRestoration) throws -> SourceRecord {
    try restoration.rescueRecord ?? record(restoration.rescueSource)
  }

  /// - Returns: the record of what was replaced.
  private func restore(_ record: SourceRecord) throws -> SourceRecord {
    let restoration = try restoration(record, token())
    let state = try restoration.stage()
    let rescue = try rescue(restoration)
    try restoration.recheck(state)
    try restoration.activate(state, rescue: rescue)
    _ = try restoration.finish(state)
    return rescue
  }

  // MARK: Kills

  private enum Step { case staging, activation }

  private func killed(after step: Step, isReverted: Bool) throws {
    let (record, wanted) = (try record(), try subject.picture())
    try subject.change(2)
    let (before, token) = (try subject.picture(), token())
    let first = try restoration(record, token)
    let state = try first.stage()
    let rescue = try rescue(first)
    if step == .activation { try first.activate(state, rescue: rescue) }
    let second = try restoration(record, token, isResuming: true, begun: state)
    if isReverted {
      _ = try second.revert(state, rescue: rescue)
      return try require(before, "reverted")
    }
    try second.activate(state, rescue: rescue)
    _ = try second.finish(state)
    try require(wanted, "resumed")
  }

  private func repeated() throws {
    let (record, wanted) = (try record(), try subject.picture())
    try subject.change(2)
    let (before, token) = (try subject.picture(), token())
    _ = try restoration(record, token).stage()
    let again = try restoration(record, token, isResuming: true)
    let state = try again.stage()
    let rescue = try rescue(again)
    for _ in 0..<2 {
      try restoration(record, token, isResuming: true, begun: state).activate(state, rescue: rescue)
    }
    try require(wanted, "activated twice")
    for _ in 0..<2 {
      _ = try restoration(record, token, isResuming: true, begun: state).revert(state, rescue: rescue)
    }
    try require(before, "reverted twice")
  }
}
