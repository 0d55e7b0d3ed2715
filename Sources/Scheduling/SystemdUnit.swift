// The units of a job: a service that runs it once, and a timer that starts the service. The first line has a digest of the others, which
// shows whether they were edited.

import Checkpoints
import Codecs
import FileSystem

package struct SystemdUnit: Sendable {
  package enum Role: String, Sendable, CaseIterable { case service, timer }

  package let name: String
  package let bytes: [UInt8]

  private static let header = "# Written by “checkpoint schedule install”, "

  /// - Parameter user: who runs it, for the whole system; nil for the user's own manager.
  init(_ plan: SchedulePlan, _ entry: SchedulePlan.Entry, _ role: Role, user: UInt32?) {
    name = "\(Self.stem(plan.label))\(entry.job.rawValue).\(role.rawValue)"
    let text =
      switch role {
      case .service: Self.service(plan, entry, user)
      case .timer: Self.timer(plan, entry)
      }
    bytes = Array("\(Self.header)\(Self.digest(text))\n".utf8) + text
  }

  static func stem(_ label: String) -> String { "checkpoint-\(label)-" }

  /// Whether a file is one that was written like this, and is as it was written; nil if it is none of ours.
  static func isUnchanged(_ bytes: [UInt8]) -> Bool? {
    let header = Array(Self.header.utf8)
    guard bytes.starts(with: header), let end = bytes.firstIndex(of: 0x0A) else { return nil }
    return bytes[header.count..<end].elementsEqual(digest(Array(bytes[(end + 1)...])).utf8)
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    String(bytes.withUnsafeBytes { ContentHash.of($0) }, radix: 16)
  }

  private static func service(_ plan: SchedulePlan, _ entry: SchedulePlan.Entry, _ user: UInt32?) -> [UInt8] {
    let words = plan.words(entry, waits: false).joined(separator: " ")
    var text = Array("\n[Unit]\nDescription=checkpoint \(entry.job.rawValue) of ".utf8)
    text += plan.worktree.bytes.flatMap { $0 == 0x25 ? [0x25, 0x25] : [$0] }
    text += Array("\n\n[Service]\nType=oneshot\n".utf8)
    if let user { text += Array("User=\(user)\n".utf8) }
    return text + Array("ExecStart=/bin/sh ".utf8) + quoted(plan.script.bytes) + Array(" \(words)\n".utf8)
  }

  private static func timer(_ plan: SchedulePlan, _ entry: SchedulePlan.Entry) -> [UInt8] {
    var lines = ["", "[Unit]", "Description=When checkpoint takes its \(entry.job.rawValue)", "", "[Timer]"]
    lines += calendars(entry.time).map { "OnCalendar=\($0)" }
    if let jitter = entry.jitter { lines.append("RandomizedDelaySec=\(jitter)") }
    if plan.catchesUp { lines.append("Persistent=true") }
    lines += ["", "[Install]", "WantedBy=timers.target"]
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// As systemd.time(7) has it. It requires both the weekday and the day, where a crontab requires one of them: that takes two lines.
  package static func calendars(_ time: ScheduleTime) -> [String] {
    let clock = "\(padded(time, .hour)):\(padded(time, .minute)):00"
    let days = "*-\(time.text(.month, between: ".."))-\(time.text(.day, between: ".."))"
    if time.isEvery(.weekday) { return ["\(days) \(clock)"] }
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let weekdays = time[.weekday].sorted().map { names[$0] }.joined(separator: ",")
    if time.isEvery(.day) { return ["\(weekdays) \(days) \(clock)"] }
    return ["\(weekdays) *-\(time.text(.month, between: ".."))-* \(clock)", "\(days) \(clock)"]
  }

  private static func padded(_ time: ScheduleTime, _ field: ScheduleTime.Field) -> String {
    time.isEvery(field)
      ? "*" : time[field].sorted().map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ",")
  }

  /// As one word of a unit's command line. There, `%` and `$` mean something, and are doubled. The plan has no backslash.
  static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    [0x22]
      + bytes.flatMap { byte -> [UInt8] in
        switch byte {
        case 0x25: [0x25, 0x25]
        case 0x24: [0x24, 0x24]
        case 0x22: [0x5C, byte]
        default: [byte]
        }
      } + [0x22]
  }
}
