// Numbers and times as people read them.

import FileSystem

package enum Format {
  /// `561.3 MB`, in powers of ten as disks and networks count.
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 999.95 || unit == "GB" { return unit == "B" ? "\(count) B" : "\(decimal(value, 1)) \(unit)" }
      value /= 1000
    }
    return "\(count) B"
  }

  package static func seconds(_ value: Double) -> String {
    value < 0.1 ? "\(decimal(value * 1000, 1)) ms" : "\(decimal(value, 2)) s"
  }

  package static func decimal(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    if digits == 0 { return "\(scaled)" }
    let fraction = String(abs(scaled) % Int(scale))
    return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// `2,800,000`
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value))
    return digits.enumerated().reduce(into: "") { out, pair in
      if pair.offset > 0 && (digits.count - pair.offset) % 3 == 0 && pair.element != "-" { out += "," }
      out.append(pair.element)
    }
  }

  package static func plural(_ value: Int, _ noun: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? noun : many ?? noun + "s")"
  }

  /// “1 row”, “20,200 rows”.
  /// - Parameter noun: in the plural, with an s.
  package static func counted(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(value == 1 && noun.hasSuffix("s") ? String(noun.dropLast()) : noun)"
  }

  package static func age(_ seconds: Int) -> String {
    seconds < 5 ? "now" : "\(duration(seconds)) ago"
  }

  /// `25 min`, `3 h`, `18 days`
  package static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86400) days"
    }
  }

  /// `2026-11-20`
  package static func day(_ moment: Timestamp) -> String { String(moment.iso8601.prefix(10)) }

  /// `2026-11-20 03:00:25 UTC`
  package static func time(_ moment: Timestamp) -> String { moment.shown }

  /// The same for pages that say once that it is UTC: `2026-11-20 03:00`.
  package static func minute(_ moment: Timestamp) -> String {
    String(moment.iso8601.prefix(16)).substituting("T", with: " ")
  }

  /// A word as a shell reads it, quoted if necessary.
  package static func shellWord(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x80 || "-_./,:@%+=".unicodeScalars.contains(scalar)
        || (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
    }
    return plain && !text.isEmpty ? text : "'" + text.substituting("'", with: "'\\''") + "'"
  }

  /// Text of others within a line: characters that would move the cursor or change the order of others are written out.
  package static func visible(_ text: String) -> String { visible(text, keepsLines: false) }

  /// The same for several lines.
  package static func visibleLines(_ text: String) -> String { visible(text, keepsLines: true) }

  private static func visible(_ text: String, keepsLines: Bool) -> String {
    if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 || keepsLines && $0 == 0x0A }) { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if !isSteering(scalar) || keepsLines && scalar == "\n" {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
  }

  /// JSON in which the characters that its encoder does not escape are escaped as well.
  package static func visibleJSON(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x7F }) { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if scalar == "\n" || !isSteering(scalar) { return shown.unicodeScalars.append(scalar) }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
  }

  /// Joiners, which some scripts and emoji need, and tabs do no harm.
  private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar != "\t"
    case .format: scalar.value != 0x200C && scalar.value != 0x200D
    case .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
    default: false
    }
  }

  /// A text of several lines as one line.
  package static func oneLine(_ text: String) -> String {
    if !text.contains(where: \.isNewline) { return text }
    return text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
      .filter { !$0.isEmpty }.joined(separator: "; ")
  }

  package static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Columns as wide as their widest cell; the last one is not padded.
  package static func table(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map(oneLine) }
    let columns = rows.map(\.count).max() ?? 0
    var widths = [Int](repeating: 0, count: columns)
    let lengths = rows.map { row in row.map { length($0) } }
    for row in lengths {
      for (column, length) in row.enumerated() where length > widths[column] { widths[column] = length }
    }
    return zip(rows, lengths).map { row, lengths in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += column == 0 ? cell : "  " + cell
        if column < columns - 1 {
          line += String(repeating: " ", count: widths[column] - lengths[column])
        }
      }
      return line
    }
  }

  /// An estimate of how many columns a terminal needs for it; for ASCII, the number of bytes.
  private static func length(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D } ? text.utf8.count : text.count
  }
}
