// The standing as one line and one state, as Nagios and its relatives ask for it:
// https://nagios-plugins.org/doc/guidelines.html

import Checkpoints
import FileSystem
import Formatting

package struct BackupCheck: Sendable {
  /// The raw value is the exit code of a plug-in.
  package enum State: Int32, Sendable, Comparable, Codable {
    case ok, warning, critical, unknown

    package static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }

    package var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  package struct Finding: Sendable {
    package var state: State
    package var text: String

    package init(state: State, text: String) { (self.state, self.text) = (state, text) }
  }

  private let standing: BackupStanding
  private let goals: BackupGoals

  package init(_ standing: BackupStanding, _ goals: BackupGoals) {
    (self.standing, self.goals) = (standing, goals)
  }

  package var state: State { findings.map(\.state).max() ?? .unknown }

  /// What is wrong first, and then what is right.
  package var findings: [Finding] {
    let all =
      [age, restoreTime, proof, disk].compactMap(\.self) + failures + damage + trials + interruptions
    let order = all.enumerated().sorted { ($1.element.state, $0.offset) < ($0.element.state, $1.offset) }
    return order.map(\.element)
  }

  package static func line(_ state: State, _ text: String, _ measures: String = "") -> String {
    "CHECKPOINT \(state.word): \(Format.oneLine(text))" + (measures.isEmpty ? "" : " | \(measures)")
  }

  package var line: String {
    Self.line(state, findings.map(\.text).joined(separator: "; "), measures)
  }

  private func elapsed(_ time: Timestamp) -> Int { standing.now.secondsSinceEpoch - time.secondsSinceEpoch }

  private var age: Finding {
    guard let last = standing.lastSuccess else { return Finding(state: .critical, text: "no checkpoint yet") }
    let elapsed = elapsed(last)
    // The clock of whoever took it, or this one, was wrong: its age is not known.
    if elapsed < -300 {
      return Finding(state: .warning, text: "the last checkpoint is from the future: \(Format.time(last))")
    }
    let state: State = elapsed > goals.criticalAge ? .critical : elapsed > goals.age ? .warning : .ok
    let limit = state == .ok ? "" : ", more than \(Format.duration(goals.age))"
    return Finding(state: state, text: "last checkpoint \(Format.age(elapsed))\(limit)")
  }

  private var restoreTime: Finding? {
    guard let seconds = standing.restoreSeconds else { return nil }
    let isSlow = goals.restoreSeconds.map { seconds > Double($0) } ?? false
    return Finding(
      state: isSlow ? .warning : .ok,
      text: "restores in \(Format.seconds(seconds))"
        + (isSlow ? ", more than \(Format.duration(goals.restoreSeconds ?? 0))" : ""))
  }

  private var proof: Finding? {
    guard standing.hasSources else { return nil }
    guard let at = standing.provenAt else { return Finding(state: .warning, text: "never proven to restore") }
    return Finding(
      state: elapsed(at) > goals.proofAge ? .warning : .ok, text: "proven \(Format.age(elapsed(at)))")
  }

  private var disk: Finding? {
    guard standing.bytesPerDay > 0 else { return nil }
    let days = standing.freeBytes / standing.bytesPerDay
    if days > goals.diskDays { return nil }
    return Finding(
      state: days < 1 ? .critical : .warning, text: "the disk is full in \(Format.plural(days, "day"))")
  }

  private var failures: [Finding] {
    standing.kinds.compactMap { kind in
      kind.failure.map {
        Finding(state: .warning, text: "the last \(kind.kind.rawValue) checkpoint failed: \($0)")
      }
    } + standing.backgroundFailures.map { Finding(state: .warning, text: $0) }
  }

  private var damage: [Finding] {
    let count = standing.damagedCount
    if count == 0 { return [] }
    let verb = count == 1 ? "is damaged or does" : "are damaged or do"
    return [Finding(state: .critical, text: "\(Format.plural(count, "checkpoint")) \(verb) not restore")]
  }

  private var trials: [Finding] {
    standing.isRehearsalGood == false ? [Finding(state: .warning, text: "the last rehearsal failed")] : []
  }

  private var interruptions: [Finding] {
    standing.pending.map {
      [Finding(state: .warning, text: "an interrupted \($0): checkpoint rollback --continue or --abort")]
    } ?? []
  }

  /// Performance data: label=value[unit];warning;critical
  private var measures: String {
    var measures: [String] = []
    if let last = standing.lastSuccess {
      measures.append("age=\(max(0, elapsed(last)))s;\(goals.age);\(goals.criticalAge)")
    }
    if let seconds = standing.restoreSeconds {
      measures.append("restore=\(seconds)s;\(goals.restoreSeconds.map(String.init) ?? "")")
    }
    measures.append("free=\(standing.freeBytes)B")
    return measures.joined(separator: " ")
  }
}
