// Positions in a picture. Across, they are percentages, because the width is not known before the page is shown: pictures have no
// size of their own, so that their text is as large on a phone as on a desk. Down, they are pixels.

import Checkpoints
import FileSystem
import Formatting

enum Scale {
  /// Room for half a mark at either side.
  private static let margin = 2.0

  /// - Parameter fraction: 0 at the left, 1 at the right.
  static func across(_ fraction: Double) -> Double { margin + (100 - 2 * margin) * min(1, max(0, fraction)) }

  /// A number in SVG's notation, rounded to hundredths.
  static func number(_ value: Double) -> String {
    value.rounded() == value ? "\(Int(value))" : Format.decimal(value, 2)
  }

  static func percent(_ value: Double) -> String { "\(number(value))%" }

  /// The least of 1, 2, 2.5 and 5 times a power of ten that is not below a value.
  static func ceiling(_ value: Int) -> Int {
    guard value > 0 else { return 1 }
    var power = 1
    while power <= value / 10 { power *= 10 }
    let steps = power > 1 ? [power, 2 * power, 5 * power / 2, 5 * power, 10 * power] : [1, 2, 4, 6, 8, 10]
    return steps.first { $0 >= value } ?? 10 * power
  }
}

/// The times that a picture shows.
struct TimeScale {
  let first: Timestamp
  let last: Timestamp

  /// nil if there are no times.
  init?(_ times: [Timestamp]) {
    guard let first = times.min(), let last = times.max() else { return nil }
    (self.first, self.last) = (first, last)
  }

  func across(_ time: Timestamp) -> Double {
    let length = last.millisecondsSinceEpoch - first.millisecondsSinceEpoch
    if length == 0 { return 50 }
    return Scale.across(
      Double(time.millisecondsSinceEpoch - first.millisecondsSinceEpoch) / Double(length))
  }

  /// With seconds, if the ends would otherwise look the same.
  private func shown(_ time: Timestamp) -> String {
    Format.minute(first) == Format.minute(last)
      ? Format.time(time).substituting(" UTC", with: "")
      : Format.minute(time)
  }

  /// The text below a picture: its first and its last moment.
  var ends: Markup {
    if first == last { return "<div class=\"ends single\"><span>\(Format.minute(first))</span></div>" }
    return """
      <div class="ends"><span>\(shown(first))</span><span>\(shown(last))</span></div>

      """
  }
}
