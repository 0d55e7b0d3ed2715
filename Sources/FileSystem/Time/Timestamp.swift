// Moments in UTC to the millisecond, and the ways in which they are written.

import Glibc

package struct Timestamp: Hashable, Comparable, Sendable {
  package var millisecondsSinceEpoch: Int

  package init(millisecondsSinceEpoch: Int) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

  /// 0000-01-01 and the last millisecond of 9999: the range of years with four digits.
  static let first = Timestamp(millisecondsSinceEpoch: -62_167_219_200_000)
  static let last = Timestamp(millisecondsSinceEpoch: 253_402_300_799_999)

  /// Rounded down, before 1970 as well.
  package var secondsSinceEpoch: Int {
    let (seconds, rest) = millisecondsSinceEpoch.quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? seconds - 1 : seconds
  }

  private var milliseconds: Int { millisecondsSinceEpoch - secondsSinceEpoch * 1000 }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
  }

  /// `2026-11-20T03:00:00.123Z`
  package var iso8601: String {
    let f = fields
    return "\(f[0])-\(f[1])-\(f[2])T\(f[3]):\(f[4]):\(f[5]).\(Self.padded(milliseconds, 3))Z"
  }

  /// `2026-11-20 03:00:25 UTC`, as every moment is shown to users.
  package var shown: String { iso8601.prefix { $0 != "." }.substituting("T", with: " ") + " UTC" }

  /// `20261120_030000`, as in a checkpoint's id.
  package var compact: String {
    let f = fields
    return "\(f[0])\(f[1])\(f[2])_\(f[3])\(f[4])\(f[5])"
  }

  private var fields: [String] {
    var seconds = time_t(secondsSinceEpoch)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return [Self.padded(Int(parts.tm_year) + 1900, 4)]
      + [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map {
        Self.padded(Int($0), 2)
      }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Reads only the form that `iso8601` writes.
  package init?(iso8601 text: String) {
    self.init(numbersIn: text)
    guard iso8601 == text else { return nil }
  }

  /// Reads dates outside of the years 0000 to 9999, and of other programs, as the nearest moment that can be written.
  /// Nothing depends on such a date, so it must not make reading a document fail.
  init?(nearestTo text: String) {
    guard text.utf8.contains(UInt8(ascii: "T")), text.utf8.count < 64,
      let first = text.utf8.first,
      (0x30...0x39).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    else { return nil }
    let year = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.prefix {
      (0x30...0x39).contains($0)
    }
    if first == UInt8(ascii: "-") {
      self = Self.first
    } else if year.count > 4 {
      self = Self.last
    } else {
      self.init(numbersIn: text)
      self = min(max(self, Self.first), Self.last)
    }
  }

  /// Reads the beginning of the forms that `iso8601` and `shown` write: `2026-11-20`, `2026-11-20 15:00`,
  /// `2026-11-20T15:00:30Z`, `2026-11-20 15:00:30 UTC`. Missing parts are zero.
  package init?(beginningOf text: String) {
    let text = text.hasSuffix(" UTC") ? String(text.dropLast(4)) : text
    guard text.utf8.count >= 10 else { return nil }
    self.init(numbersIn: text)
    let written = text.substituting(" ", with: "T").prefix { $0 != "Z" }
    let shape = text.substituting("Z", with: "").utf8.count
    guard iso8601.hasPrefix(written), [10, 16, 19, 23].contains(shape) else { return nil }
  }

  /// Year, month and day, and optionally hour, minute, second and millisecond.
  private init?(numbersIn text: String) {
    var numbers = text.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      .compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    // More digits would overflow.
    guard (3...7).contains(numbers.count), numbers[0] <= 9999 else { return nil }
    numbers += Array(repeating: 0, count: 7 - numbers.count)
    var parts = tm()
    parts.tm_year = numbers[0] - 1900
    parts.tm_mon = numbers[1] - 1
    parts.tm_mday = numbers[2]
    parts.tm_hour = numbers[3]
    parts.tm_min = numbers[4]
    parts.tm_sec = numbers[5]
    self.init(millisecondsSinceEpoch: timegm(&parts) * 1000 + Int(numbers[6]))
  }
}

extension Timestamp: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = Timestamp(iso8601: text) ?? Timestamp(nearestTo: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a moment in UTC: \(text)"))
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso8601)
  }
}
