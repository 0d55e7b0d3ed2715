// The lines of a crontab, with a block of ours among those of the user. Only that block is ever changed. Its first line has a digest of
// the others, which shows whether they were edited.

import Codecs
import FileSystem

package struct CronText {
  private var lines: [[UInt8]]
  private let store: BytePath

  /// - Parameter store: of the project whose block it is.
  package init(_ bytes: [UInt8], store: BytePath) {
    lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    self.store = store
  }

  package var bytes: [UInt8] { Array(lines.map { $0 + [0x0A] }.joined()) }

  private var beginning: [UInt8] {
    Array("# checkpoint schedule of ".utf8) + store.bytes + Array(" begins ".utf8)
  }
  private var end: [UInt8] { Array("# checkpoint schedule of ".utf8) + store.bytes + Array(" ends".utf8) }

  /// Our block, with its first and last line; nil if there is none.
  private var block: Range<Int>? {
    guard let first = lines.firstIndex(where: { $0.starts(with: beginning) }),
      let last = lines[first...].firstIndex(of: end)
    else { return nil }
    return first..<last + 1
  }

  package var hasBlock: Bool { block != nil }

  /// Whether the user has changed our block, or taken one of the lines that frame it.
  package var isEdited: Bool {
    guard let block else { return lines.contains { $0.starts(with: beginning) || $0 == end } }
    if lines.count(where: { $0.starts(with: beginning) }) > 1 { return true }
    return lines[block.lowerBound] != Self.header(beginning, lines[block].dropFirst().dropLast())
  }

  private static func header(_ beginning: [UInt8], _ lines: some Sequence<[UInt8]>) -> [UInt8] {
    let digest = Array(lines.map { $0 + [0x0A] }.joined()).withUnsafeBytes { ContentHash.of($0) }
    return beginning + Array(String(digest, radix: 16).utf8)
  }

  /// - Parameter inner: the lines between the first and the last; nil for no block.
  package mutating func replaceBlock(by inner: [[UInt8]]?) {
    if isEdited {
      // Frames may be broken or doubled: what goes is what was certainly written by us.
      let (beginning, end, call) = (beginning, end, Self.call(store.appending("schedule.sh")))
      lines.removeAll { line in
        line.starts(with: beginning) || line == end || line == Self.remark
          || (line.contains(call) && line.suffix(Self.ending.count) == Self.ending[...])
      }
    }
    let place = block ?? lines.count..<lines.count
    lines.replaceSubrange(place, with: inner.map { [Self.header(beginning, $0)] + $0 + [end] } ?? [])
  }

  private static let remark = Array(
    "# Written by “checkpoint schedule install”; “checkpoint schedule remove” takes it away.".utf8)
  /// Cron sends a mail with whatever is printed: that shall be what went wrong.
  private static let ending = Array(" >/dev/null".utf8)

  package static func inner(_ plan: SchedulePlan) -> [[UInt8]] {
    var lines = [remark]
    for entry in plan.entries {
      lines.append(Array("\(entry.time) ".utf8) + command(plan, entry))
      guard plan.catchesUp else { continue }
      // What was slept through is found after a start, and each hour.
      let late = command(plan, entry, "--catch-up")
      lines += [Array("@reboot ".utf8) + late, Array("7 * * * * ".utf8) + late]
    }
    return lines
  }

  private static func command(
    _ plan: SchedulePlan, _ entry: SchedulePlan.Entry, _ more: String...
  ) -> [UInt8] {
    call(plan.script) + Array((plan.words(entry, waits: true) + more).joined(separator: " ").utf8) + ending
  }

  /// In a crontab, a bare % ends the command.
  private static func call(_ script: BytePath) -> [UInt8] {
    let call = Array("/bin/sh ".utf8) + ScheduleScript.quoted(script.bytes) + [0x20]
    return call.flatMap { $0 == 0x25 ? [0x5C, 0x25] : [$0] }
  }
}
