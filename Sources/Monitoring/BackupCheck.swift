// The standing as one line and one state, as Nagios and its relatives ask for it:
// https://nagios-plugins.org/doc/guidelines.html

import Checkpoints
import FileSystem
import Formatting

package struct BackupCheck: Sendable {
  /// The raw value is the exit code of a plug-in.
  package enum State: Int32, Sendable, Comparable {
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
      [age, restoreTime, proof, disk].compactMap(\.self) + failures + damage + sizes + trials
      + interruptions
    let order = all.enumerated().sorted { ($1.element.state, $0.offset) < ($0.element.state, $1.offset) }
    return order.map(\.element)
  }

  /// A bar would end the text. Servers of monitoring cut long ones.
  package static func line(_ state: State, _ text: String, _ measures: String = "") -> String {
    let text = Format.oneLine(text).substituting("|", with: "/")
    let shown = text.count > 1000 ? "\(text.prefix(1000))…" : text
    return "CHECKPOINT \(state.word): \(shown)" + (measures.isEmpty ? "" : " | \(measures)")
  }

  package var line: String {
    // label=value[unit];warning;critical
    let shown = measures.sorted { $0.key < $1.key }.map { name, measure in
      let limits = [measure.warning, measure.critical].map { $0.map { ";\(Self.number($0))" } ?? "" }.joined()
      return "\(name)=\(Self.number(measure.value))\(measure.unit)\(limits)"
    }
    return Self.line(state, findings.map(\.text).joined(separator: "; "), shown.joined(separator: " "))
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  private func elapsed(_ time: Timestamp) -> Int { standing.now.secondsSinceEpoch - time.secondsSinceEpoch }

  private var age: Finding {
    guard let last = standing.lastSuccess else {
      return Finding(state: .critical, text: "no checkpoint yet that is sound")
    }
    let elapsed = max(0, elapsed(last))
    let state: State = elapsed > goals.criticalAge ? .critical : elapsed > goals.age ? .warning : .ok
    let limit = state == .ok ? "" : ", more than \(Format.duration(goals.age))"
    let what = standing.hasSources ? "last checkpoint of the database" : "last checkpoint"
    return Finding(state: state, text: "\(what) \(Format.age(elapsed))\(limit)")
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
    guard standing.bytesPerDay > 0, let freeBytes = standing.freeBytes else { return nil }
    let days = freeBytes / standing.bytesPerDay
    if days > goals.diskDays { return nil }
    let time = days < 1 ? "within a day" : "in \(Format.plural(days, "day"))"
    return Finding(state: days < 1 ? .critical : .warning, text: "the disk is full \(time)")
  }

  /// A database that was emptied by mistake is recorded as faithfully as any other.
  private var sizes: [Finding] {
    var lost: Set<String> = []
    for kind in standing.kinds {
      for source in kind.sources where source.byteCount * 10 < source.previousByteCount ?? 0 {
        lost.insert(source.name)
      }
    }
    return lost.sorted().map {
      Finding(state: .critical, text: "\($0) is less than a tenth of what it was in the checkpoint before")
    }
  }

  private var failures: [Finding] {
    standing.kinds.compactMap { kind in
      kind.failure.map {
        Finding(state: .warning, text: "the last \(kind.kind.rawValue) checkpoint failed: \($0)")
      }
    } + standing.backgroundFailures.map { Finding(state: .warning, text: $0) }
  }

  private var damage: [Finding] {
    var found: [Finding] = []
    let (damaged, future) = (standing.damagedCount, standing.futureCount)
    if damaged > 0 {
      let verb = damaged == 1 ? "is damaged or does" : "are damaged or do"
      found.append(
        Finding(state: .critical, text: "\(Format.plural(damaged, "checkpoint")) \(verb) not restore"))
    }
    if future > 0 {
      let verb = future == 1 ? "is" : "are"
      found.append(
        Finding(state: .warning, text: "\(Format.plural(future, "checkpoint")) \(verb) from the future"))
    }
    return found
  }

  private var trials: [Finding] {
    standing.isRehearsalGood == false ? [Finding(state: .warning, text: "the last rehearsal failed")] : []
  }

  private var interruptions: [Finding] {
    standing.pending.map {
      [Finding(state: .warning, text: "an interrupted \($0): checkpoint rollback --continue or --abort")]
    } ?? []
  }

  /// What was measured, in seconds or bytes, with what it is compared with.
  package struct Measure: Sendable, Encodable {
    package var value: Double
    package var unit: String
    package var warning: Double?
    package var critical: Double?
  }

  /// `age` is what would be lost now (RPO), `restore` how long it takes to be back (RTO).
  package var measures: [String: Measure] {
    var measures: [String: Measure] = [:]
    if let last = standing.lastSuccess {
      measures["age"] = Measure(
        value: Double(max(0, elapsed(last))), unit: "s", warning: Double(goals.age),
        critical: Double(goals.criticalAge))
    }
    if let seconds = standing.restoreSeconds {
      measures["restore"] = Measure(
        value: seconds, unit: "s", warning: goals.restoreSeconds.map { Double($0) })
    }
    if let freeBytes = standing.freeBytes {
      measures["free"] = Measure(value: Double(freeBytes), unit: "B")
    }
    return measures
  }
}
